import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { planGuard } from '../../src/plan/guard.ts';
import { lockedOut } from '../../src/plan/locked-out.ts';
import type { Refusal } from '../../src/plan/refusals.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildSnapshot, IP } from '../build-snapshot.ts';
import { ALLOWING, buildObjects, endpoint, policy } from '../calico/build-objects.ts';

const ip = parseIp(IP) as Ip;
const K0 = { node: 'k0', interface: 'ens34' };

/** What speaks against the guard of the Service, with these objects there. */
function refused(endpoints: ApiObject[], policies: ApiObject[] = []): Refusal[] {
  const snapshot = buildSnapshot();
  const before = buildObjects({ hostendpoints: endpoints, globalnetworkpolicies: policies });
  const records = new Map([['uid-svc-test-1', { sources: null }]]);
  const request = { ip, holder: K0, records, order: null };
  const { changes, covered } = planGuard(snapshot, before, request);
  return lockedOut(snapshot, before, afterChanges(before, changes), ip, covered);
}

const all = (spec: object = {}) =>
  endpoint('k0-all', { interfaceName: '*', ...spec }, { zone: 'dmz' });
const deny = policy('closed', {
  selector: 'has(extip-external)',
  types: ['Ingress', 'Egress'],
  ingress: [{ action: 'Deny' }],
  egress: [{ action: 'Deny' }],
});

describe('a guard that would lock somebody out', () => {
  it('is none where nothing else is there', () => assert.deepEqual(refused([]), []));

  it('is one where a policy that denies all is for our endpoints: each thing is named', () => {
    const [only, ...more] = refused([], [deny]);
    assert.deepEqual(more, []);
    assert.equal(only?.force, 'lock-out');
    assert.equal(
      only?.message,
      'the guard would lock out what works now, at ens34 of k0, ens34 of k2',
    );
    const item = /^at ens34 of k0: VXLAN between k0 and k2: GlobalNetworkPolicy closed denies it/;
    assert.ok(
      only?.items?.some((one) => item.test(one)),
      only?.items?.join('\n'),
    );
  });

  it('is none where ours is as the one for all interfaces', () =>
    assert.deepEqual(refused([all(ALLOWING)]), []));

  it('is one where ours would open what the one for all interfaces closes', () => {
    const [only] = refused([all()]);
    assert.deepEqual(only?.items, ['at ens34 of k0: HostEndpoint k0-all']);
    assert.match(only?.message ?? '', /needs an endpoint of its own/);
  });
});
