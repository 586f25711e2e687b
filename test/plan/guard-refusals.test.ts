import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import { guardMarkText } from '../../src/calico/guard-mark.ts';
import type { CalicoResource } from '../../src/calico/objects.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { planGuard } from '../../src/plan/guard.ts';
import {
  mustBeJudged,
  mustBeWritable,
  mustDecide,
  mustNotBeFailsafe,
} from '../../src/plan/guard-refusals.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildService, buildSnapshot, IP } from '../build-snapshot.ts';
import { buildObjects, endpoint, object, policy, preDnat } from '../calico/build-objects.ts';

const ip = parseIp(IP) as Ip;
const K0 = { node: 'k0', interface: 'ens34' };

/** Decides of the guard of a Service on this port, as the command does. */
function decide(
  items: Partial<Record<CalicoResource, ApiObject[]>> = {},
  {
    port = 80,
    sources = ['20.1.0.165/32'] as string[] | null,
    order = null as number | null,
    unread = {} as Partial<Record<CalicoResource, string>>,
  } = {},
): void {
  const services = [buildService({}, { ports: [{ port, protocol: 'TCP' }] })];
  const snapshot = buildSnapshot({ services });
  const before = buildObjects(items, unread);
  const records = new Map([['uid-svc-test-1', { sources }]]);
  const planned = planGuard(snapshot, before, { ip, holder: K0, records, order });
  const after = afterChanges(before, planned.changes);
  mustBeWritable(before, planned);
  mustBeJudged(snapshot, before, planned);
  mustNotBeFailsafe(after, ip, planned);
  mustDecide(snapshot, after, ip, planned);
}

describe('a guard is refused', () => {
  it('where nothing speaks against it, it is not', () => decide());

  it('where more addresses are guarded at the interface than can be recorded', () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    const marked = (ips: string[], labels = {}) => ({
      hostendpoints: ['k0', 'k2'].map((node) => ({
        metadata: {
          name: `${node}-ens34`,
          labels: { ...labels, 'extip-external': 'true' },
          annotations: { 'extip.dev/guard': guardMarkText(ips) },
        },
        spec: {
          node,
          interfaceName: 'ens34',
          profiles: ['projectcalico-default-allow'],
        },
      })),
    });
    for (const labels of [{}, { 'extip.dev/owner': 'guard' }]) {
      decide(marked(others(2047), labels));
      assert.throws(() => decide(marked(others(2048), labels)), {
        reason: 'too-many',
        message: /^HostEndpoint k0-ens34 takes part in 2048 guards from extip already/,
      });
    }
  });

  it('for a port that is let in before any policy, where that matters', () => {
    assert.throws(() => decide({}, { port: 22 }), {
      reason: 'failsafe-port',
      message: /^port 22\/TCP of default\/svc-test-1 is among the failsafe ports of k0/,
    });
    decide({}, { port: 22, sources: null });
    const none = object('default', { failsafeInboundHostPorts: [] });
    decide({ felixconfigurations: [none] }, { port: 22 });
  });

  it('behind a policy that decides otherwise, until it stands before it', () => {
    const early = preDnat('early', 50, { action: 'Deny' });
    const open = { ...early, spec: { ...(early.spec as object), selector: 'all()' } };
    const items = { globalnetworkpolicies: [open] };
    assert.throws(() => decide(items), {
      reason: 'policy-before',
      message:
        /^GlobalNetworkPolicy early denies 20\.1\.0\.165\/32 before the guard is asked \(rule 1, /,
      help: 'put the guard before it: --order 30',
    });
    decide(items, { order: 30 });
  });

  it('where its objects would overwrite somebody else’s', () => {
    const foreign = policy('extip-allow-20-1-0-167');
    assert.throws(() => decide({ globalnetworkpolicies: [foreign] }), {
      reason: 'not-ours',
      message: "GlobalNetworkPolicy extip-allow-20-1-0-167 is not extip's: it would be overwritten",
    });
    const labelled = endpoint('perimeter', {}, { 'extip-external': 'true' });
    assert.throws(() => decide({ hostendpoints: [labelled] }), {
      reason: 'not-ours',
      message: /^HostEndpoint perimeter has the label extip-external already/,
    });
  });

  it('where what it would cut off cannot be known', () => {
    assert.throws(() => decide({}, { unread: { globalnetworkpolicies: 'forbidden' } }), {
      reason: 'calico-unread',
      message: 'what the guard would cut off is not known: globalnetworkpolicies: forbidden',
    });
    assert.throws(() => decide({}, { unread: { hostendpoints: 'forbidden' } }), {
      reason: 'endpoint-unknown',
    });
    const ebpf = object('default', { bpfEnabled: true });
    assert.throws(() => decide({ felixconfigurations: [ebpf] }), { reason: 'calico-ebpf' });
  });
});

describe('an endpoint that governs an interface', () => {
  it('and that kube-controllers made is not marked: they would undo it', () => {
    const automatic = endpoint(
      'k0-template',
      {},
      { 'projectcalico.org/created-by': 'calico-kube-controllers' },
    );
    assert.throws(() => decide({ hostendpoints: [automatic] }), {
      reason: 'not-ours',
      message: /^HostEndpoint k0-template is made by Calico's kube-controllers/,
    });
  });

  it('and for which it is not known which policies are asked: refused', () => {
    const unreadable = policy('odd', { selector: 'has(' });
    const own = endpoint('perimeter', {}, { zone: 'dmz' });
    assert.throws(() => decide({ hostendpoints: [own], globalnetworkpolicies: [unreadable] }), {
      reason: 'calico-unread',
    });
  });
});
