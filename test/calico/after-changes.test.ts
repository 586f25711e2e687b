import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';
import { failsafePortsOf } from '../../src/calico/failsafe-ports-of.ts';
import { marked } from '../../src/calico/marked.ts';
import { buildObjects, endpoint, object, policy } from './build-objects.ts';

const OURS: OwnObject = {
  kind: 'HostEndpoint',
  name: 'k0-ens34',
  labels: { 'extip-external': 'true' },
  annotations: { 'extip.dev/guard': '{}' },
  spec: { node: 'k0', interfaceName: 'ens34', profiles: ['projectcalico-default-allow'] },
};

describe('the objects after changes', () => {
  const before = buildObjects({
    hostendpoints: [endpoint('theirs', { interfaceName: 'ens33' }, { site: 'a' })],
    globalnetworkpolicies: [policy('extip-deny-20-1-0-167', { order: 9 })],
  });
  const after = (...changes: CalicoChange[]) => {
    const { hostEndpoints, globalPolicies, ...rest } = afterChanges(before, changes);
    const { hostEndpoints: _, globalPolicies: __, ...restBefore } = before;
    assert.deepEqual(rest, restBefore);
    return { hostEndpoints, globalPolicies };
  };
  const names = (list: { metadata: { name: string } }[]) => list.map((one) => one.metadata.name);

  it('have what is put', () => {
    const { hostEndpoints, globalPolicies } = after({ type: 'put', object: OURS });
    assert.deepEqual(names(hostEndpoints), ['theirs', 'k0-ens34']);
    const { labels, annotations, spec } = OURS;
    assert.deepEqual(hostEndpoints[1], {
      metadata: { name: 'k0-ens34', labels, annotations },
      spec,
    });
    assert.deepEqual(globalPolicies, before.globalPolicies);
  });

  it('have it in the place of one of its kind and name', () => {
    const name = 'extip-deny-20-1-0-167';
    const { hostEndpoints, globalPolicies } = after({
      type: 'put',
      object: { ...OURS, kind: 'GlobalNetworkPolicy', name, spec: { order: 110 } },
    });
    assert.deepEqual(names(hostEndpoints), ['theirs']);
    assert.deepEqual(
      globalPolicies.map(({ metadata, spec }) => [metadata.name, spec.order]),
      [[name, 110]],
    );
  });

  it('have not what is deleted; of what is not there nothing changes', () => {
    const gone = after(
      { type: 'delete', kind: 'HostEndpoint', name: 'theirs' },
      { type: 'delete', kind: 'HostEndpoint', name: 'extip-deny-20-1-0-167' },
    );
    assert.deepEqual(gone, { hostEndpoints: [], globalPolicies: before.globalPolicies });
  });

  it('have our mark on what is marked, and nothing else of it changes', () => {
    const { hostEndpoints } = after(
      { type: 'mark', name: 'theirs', ips: ['20.1.0.168', '20.1.0.167'] },
      { type: 'mark', name: 'nobody', ips: ['20.1.0.167'] },
    );
    const [{ metadata, spec } = { metadata: null, spec: null }] = hostEndpoints;
    assert.deepEqual(metadata, {
      name: 'theirs',
      labels: { site: 'a', 'extip-external': 'true' },
      annotations: { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167","20.1.0.168"]}' },
    });
    assert.equal(spec, before.hostEndpoints[0]?.spec);
  });

  it('are as before where the mark is taken away again', () => {
    const again = after(
      { type: 'mark', name: 'theirs', ips: ['20.1.0.167'] },
      { type: 'mark', name: 'theirs', ips: [] },
    );
    assert.deepEqual(again.hostEndpoints, before.hostEndpoints);
  });
});

describe("somebody else's endpoint with our mark", () => {
  const IPS = ['20.1.0.167'];
  const GUARD = { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167"]}' };
  const LABEL = { 'extip-external': 'true' };

  it('has it beside its own labels and annotations', () => {
    assert.deepEqual(marked({}, IPS), { labels: LABEL, annotations: GUARD });
    assert.deepEqual(marked({ labels: { a: '1' }, annotations: { b: '2' } }, IPS), {
      labels: { a: '1', ...LABEL },
      annotations: { b: '2', ...GUARD },
    });
  });

  it('has of an emptied map nothing left', () => {
    assert.deepEqual(marked({ labels: LABEL, annotations: GUARD }, []), {});
    assert.deepEqual(marked({ labels: { a: '1', ...LABEL }, annotations: null }, []), {
      labels: { a: '1' },
    });
  });
});

describe('failsafe ports of a node', () => {
  const ports = [
    { port: 22, protocol: 'TCP' },
    { port: 80, protocol: 'TCP' },
    { port: 6443, protocol: 'UDP' },
  ];

  it('are those of Calico as it comes, of their protocol', () => {
    assert.deepEqual(failsafePortsOf(buildObjects(), 'k0', ports), [
      { port: 22, protocol: 'TCP', net: null },
    ]);
  });

  it("are those of the node's own configuration, some from certain addresses only", () => {
    const failsafeInboundHostPorts = [{ protocol: 'tcp', port: 80, net: '10.0.0.0/8' }];
    const felixconfigurations = [object('node.k0', { failsafeInboundHostPorts })];
    const objects = buildObjects({ felixconfigurations });
    assert.deepEqual(failsafePortsOf(objects, 'k0', ports), [
      { port: 80, protocol: 'TCP', net: '10.0.0.0/8' },
    ]);
    assert.deepEqual(failsafePortsOf(objects, 'k2', ports), [
      { port: 22, protocol: 'TCP', net: null },
    ]);
  });
});
