import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildObjects, endpoint, object, policy } from './build-objects.ts';

describe("Calico's objects", () => {
  it('are there, are not, or it is not known', () => {
    assert.equal(buildObjects({ clusterinformations: [object('default')] }).presence, 'present');
    assert.equal(buildObjects().presence, 'absent');
    assert.equal(buildObjects({}, { tiers: '403 Forbidden' }).presence, 'unknown');
  });

  it('say which API they are of', () => {
    assert.equal(buildObjects({ hostendpoints: [endpoint('a')] }).api, 'projectcalico.org/v3');
    const stored = { ...endpoint('a'), apiVersion: 'crd.projectcalico.org/v1' };
    assert.equal(buildObjects({ hostendpoints: [stored] }).api, 'crd.projectcalico.org/v1');
    assert.equal(buildObjects({ hostendpoints: [object('a')] }).api, null);
  });

  it('of crd.projectcalico.org have their labels where Calico keeps them', () => {
    const labelsOf = (apiVersion: string, annotations: object) => {
      const metadata = { name: 'a', labels: { kept: 'here' }, annotations };
      return buildObjects({ hostendpoints: [{ ...endpoint('a'), apiVersion, metadata }] })
        .hostEndpoints[0]?.metadata.labels;
    };
    const stored = { 'projectcalico.org/metadata': '{"labels":{"guarded":"true"}}' };
    assert.deepEqual(labelsOf('crd.projectcalico.org/v1', stored), { guarded: 'true' });
    assert.deepEqual(labelsOf('crd.projectcalico.org/v1', {}), { kept: 'here' });
    assert.deepEqual(labelsOf('projectcalico.org/v3', stored), { kept: 'here' });
    const damaged = { 'projectcalico.org/metadata': '{"labels":' };
    assert.deepEqual(labelsOf('crd.projectcalico.org/v1', damaged), { kept: 'here' });
  });
});

describe('an object that is not as Calico has it', () => {
  const CASES: [string, ApiObject, string][] = [
    [
      'an action that is none',
      policy('a', { ingress: [{ action: 'allow' }] }),
      'spec.ingress.0.action',
    ],
    ['no rules but a text', policy('a', { egress: 'all' }), 'spec.egress'],
    ['an order in words', policy('a', { order: 'first' }), 'spec.order'],
    [
      'a port out of range',
      policy('a', { ingress: [{ action: 'Deny', source: { ports: [70_000] } }] }),
      'spec.ingress.0.source.ports.0',
    ],
    ['a type that is none', policy('a', { types: ['Both'] }), 'spec.types.0'],
    ['no spec', { metadata: { name: 'a' } }, 'spec'],
  ];
  for (const [name, item, path] of CASES) {
    it(`${name}: it is left out, and the rest is not all`, () => {
      const { globalPolicies, unread } = buildObjects({
        globalnetworkpolicies: [item, policy('b')],
      });
      assert.deepEqual(
        globalPolicies.map(({ metadata }) => metadata.name),
        ['b'],
      );
      const reason = `GlobalNetworkPolicy a: ${path} is not as Calico has it`;
      assert.deepEqual(unread, [{ resource: 'globalnetworkpolicies', reason }]);
    });
  }

  it('nothing at all, a list, a name that is none: nothing throws', () => {
    for (const item of [null, [], 'x', { metadata: 'x' }, { metadata: { name: '../x' } }]) {
      const { hostEndpoints, unread } = buildObjects({
        hostendpoints: [item as unknown as ApiObject],
      });
      assert.equal(hostEndpoints.length, 0);
      assert.match(unread[0]?.reason ?? '', /^HostEndpoint .* is not as Calico has it$/);
    }
  });
});
