import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalIPsManager } from '../../src/plan/external-ips-manager.ts';
import { buildService } from '../build-snapshot.ts';

const owned = { 'f:spec': { 'f:externalIPs': {} } };

function lastApplied(spec: object) {
  return { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec }) };
}

test('the field manager that owns the list is its manager, extip itself is not', () => {
  const managers = (...names: string[]) => ({
    managedFields: names.map((manager) => ({ manager, fieldsV1: owned })),
  });
  assert.equal(
    externalIPsManager(buildService(managers('argocd-controller'))),
    'argocd-controller',
  );
  assert.equal(externalIPsManager(buildService(managers('extip', 'flux'))), 'flux');
  assert.equal(externalIPsManager(buildService(managers('extip'))), null);
  assert.equal(externalIPsManager(buildService()), null);
});

test('who writes the record is extip, by whatever name --field-manager gave it', () => {
  const record = { 'f:metadata': { 'f:annotations': { 'f:extip.dev/assignments': {} } } };
  const managedFields = [{ manager: 'night-shift', fieldsV1: { ...owned, ...record } }];
  assert.equal(externalIPsManager(buildService({ managedFields })), null);
});

test('so is kubectl apply with the list in its manifest, also an empty one, which nobody owns', () => {
  for (const externalIPs of [['20.1.0.180'], []]) {
    const annotations = lastApplied({ externalIPs });
    assert.equal(externalIPsManager(buildService({ annotations })), 'kubectl apply');
  }
  assert.equal(externalIPsManager(buildService({ annotations: lastApplied({}) })), null);
});

test('what is no manifest says nothing', () => {
  for (const text of ['', 'null', '[', '{"spec":null}']) {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text };
    assert.equal(externalIPsManager(buildService({ annotations })), null);
  }
});
