import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressSets } from '../../src/calico/address-sets.ts';
import { judgeOf } from '../../src/calico/judge.ts';
import { rangeSet } from '../../src/calico/range-set.ts';
import { reachOf, type Way } from '../../src/calico/reach.ts';
import { fromValue, type Ip, type IpRange, parseCidr } from '../../src/net/ip.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { CLUSTER, ip, PLACE, packet, toService } from './ask.ts';
import {
  ALLOWING,
  buildObjects,
  endpoint,
  guardOf,
  object,
  policy,
  preDnat,
} from './build-objects.ts';

function ready(policies: ApiObject[], lists = {}) {
  const hostendpoints = [endpoint('k0-ens34', ALLOWING, { guarded: 'true' })];
  const objects = buildObjects({ hostendpoints, globalnetworkpolicies: policies, ...lists });
  return judgeOf(objects, PLACE, addressSets(objects, CLUSTER));
}

const passage = (source: Ip) => ({ ...toService(), packet: packet({ source }) });
const way = (source: Ip): Way => ({ in: passage(source), out: [] });

/** Who reaches the Service, a line an answer. */
function reach(policies: ApiObject[], lists = {}): string[] {
  return reachOf(ready(policies, lists), 4, (source) => [way(source)]).map(
    ({ sources, isRest, outcome, policy }) =>
      `${isRest ? 'others' : sources.join(' ')}: ${outcome}${policy ? ` by ${policy.name}` : ''}`,
  );
}

describe('who reaches a Service', () => {
  it('everybody, where nothing restricts it', () => {
    assert.deepEqual(reach([], { hostendpoints: [] }), ['others: allowed']);
  });

  it('the permitted, and nobody else', () => {
    assert.deepEqual(reach(guardOf('20.1.0.165/32', '10.0.0.0/8')), [
      '10.0.0.0/8 20.1.0.165/32: allowed by extip-allow-20-1-0-167',
      'others: denied by extip-deny-20-1-0-167',
    ]);
  });

  it('neighbouring ranges are one, and what an earlier policy has is not the later one’s', () => {
    const early = preDnat('early', 1, { action: 'Deny', source: { nets: ['20.1.0.2/32'] } });
    assert.deepEqual(reach([early, ...guardOf('20.1.0.0/31', '20.1.0.2/31')]), [
      '20.1.0.0/31 20.1.0.3/32: allowed by extip-allow-20-1-0-167',
      '20.1.0.2/32: denied by early',
      'others: denied by extip-deny-20-1-0-167',
    ]);
  });

  it('those whom a network set names', () => {
    const globalnetworksets = [
      object('office', { nets: ['203.0.113.0/24'] }, { labels: { role: 'office' } }),
    ];
    const allow = preDnat('a', 1, { action: 'Allow', source: { selector: "role == 'office'" } });
    assert.deepEqual(reach([allow, preDnat('b', 2, { action: 'Deny' })], { globalnetworksets }), [
      '192.168.99.0/24: unknown by a',
      '203.0.113.0/24: allowed by a',
      'others: denied by b',
    ]);
  });

  it('it may depend on the endpoint that kube-proxy chooses', () => {
    const only = { action: 'Allow', destination: { nets: ['192.168.99.39/32'] } };
    const judge = ready([policy('a', { applyOnForward: true, ingress: [only] })]);
    const to = (address: string) => (source: Ip) => ({
      in: { ...passage(source), after: { destination: ip(address), port: 8080 } },
      out: [],
    });
    const answers = (...addresses: string[]) =>
      reachOf(judge, 4, (source) => addresses.map((one) => to(one)(source))).map(
        ({ outcome }) => outcome,
      );
    assert.deepEqual(answers('192.168.99.39'), ['allowed']);
    assert.deepEqual(answers('192.168.99.40'), ['denied']);
    assert.deepEqual(answers('192.168.99.39', '192.168.99.40'), ['unknown']);
  });

  it('nobody by a policy that does not track: kube-proxy leads on what is tracked', () => {
    const untracked = { doNotTrack: true, applyOnForward: true, ingress: [{ action: 'Allow' }] };
    assert.deepEqual(reach([policy('a', untracked)]), ['others: denied by a']);
  });

  it('what is let in may be stopped where it leaves the node', () => {
    const out = (...egress: object[]) =>
      ready([policy('out', { types: ['Egress'], applyOnForward: true, egress })]);
    const [open, closed] = [out({ action: 'Allow' }), out()];
    const answer = (...judges: (typeof open)[]) => {
      const [only] = reachOf(ready([]), 4, (source) => [
        {
          in: passage(source),
          out: judges.map((judge) => ({
            judge,
            passage: { ...passage(source), direction: 'egress' as const },
          })),
        },
      ]);
      return `${only?.outcome} by ${only?.policy?.name}`;
    };
    assert.equal(answer(open), 'allowed by undefined');
    assert.equal(answer(closed), 'denied by out');
    assert.equal(answer(open, closed), 'unknown by undefined');
  });

  it('more ranges than anybody reads are not told apart', () => {
    const nets = Array.from(
      { length: 20_001 },
      (_, n) => `10.${n >> 15}.${(n >> 7) & 255}.${(n & 127) * 2}/32`,
    );
    const [only, ...more] = reach(guardOf(...nets));
    assert.deepEqual([only, more], ['others: unknown', []]);
  });
});

const nets = fc.array(
  fc
    .tuple(fc.bigInt({ min: 0n, max: 255n }), fc.integer({ min: 24, max: 32 }))
    .map(([low, prefix]) => `${fromValue(4, (20n << 24n) + (1n << 16n) + low).text}/${prefix}`),
  { minLength: 1, maxLength: 3 },
);
const rule = fc.record({
  action: fc.constantFrom('Allow', 'Deny', 'Pass', 'Log'),
  source: fc.oneof(
    nets.map((list) => ({ nets: list })),
    nets.map((list) => ({ notNets: list })),
  ),
});
const policies = fc.array(fc.tuple(fc.nat(3), fc.boolean(), fc.array(rule, { maxLength: 3 })), {
  maxLength: 4,
});

it('of every source that is what becomes of its packet', () => {
  fc.assert(
    fc.property(policies, fc.bigInt({ min: 0n, max: 260n }), (some, low) => {
      const judge = ready(
        some.map(([order, isBefore, ingress], index) =>
          isBefore
            ? preDnat(`p${index}`, order, ...ingress)
            : policy(`p${index}`, { order, applyOnForward: true, ingress }),
        ),
      );
      const groups = reachOf(judge, 4, (source) => [way(source)]);
      const source = fromValue(4, (20n << 24n) + (1n << 16n) + low);
      const named = groups.filter(({ sources }) =>
        rangeSet(sources.map((text) => parseCidr(text) as IpRange)).has(source),
      );
      const [group] = named.length > 0 ? named : groups.filter(({ isRest }) => isRest);
      assert.ok(named.length <= 1 && group);
      const { outcome, reason } = judge.judge(passage(source));
      assert.deepEqual([group.outcome, group.reason], [outcome, reason]);
    }),
  );
});
