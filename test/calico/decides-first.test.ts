import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decidesFirst } from '../../src/calico/decides-first.ts';
import type { CalicoResource } from '../../src/calico/objects.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildSnapshot, IP } from '../build-snapshot.ts';
import { ip } from './ask.ts';
import { buildObjects, object, policy, preDnat } from './build-objects.ts';
import { withGuard } from './with-guard.ts';

const snapshot = buildSnapshot({
  ranges: [{ kind: 'pod', cidr: '192.168.0.0/16', owner: 'Node k0' }],
});

/** A policy for our endpoints. */
function ours<T extends { spec: object }>(one: T): T {
  Object.assign(one.spec, { selector: "extip-external == 'true'" });
  return one;
}

/** What decides before the guard on k0's ens34, a line each. */
function told(
  policies: ApiObject[],
  {
    lists = {},
    order = null,
    port = 80,
  }: {
    lists?: Partial<Record<CalicoResource, ApiObject[]>>;
    order?: number | null;
    port?: number;
  } = {},
): string[] {
  const before = buildObjects({ globalnetworkpolicies: policies, ...lists });
  const objects = withGuard(snapshot, before, ip(IP), { order });
  return decidesFirst(snapshot, objects, {
    covered: [{ node: 'k0', interface: 'ens34' }],
    ip: ip(IP),
    ports: [{ port, protocol: 'TCP' }],
  }).map(({ policy: { name }, rule, stage, does, sources, unsure }) => {
    const from = sources.length === 0 ? '' : ` from ${sources.join(' ')}`;
    return `${stage} ${name} ${rule} ${unsure === null ? '' : 'may '}${does}${from}`;
  });
}

describe('what decides before the guard', () => {
  const deny = { action: 'Deny' };
  const allow = { action: 'Allow' };
  const pass = { action: 'Pass' };
  const from = (...nets: string[]) => ({ source: { nets } });

  it('is nothing, where there is the guard alone', () => assert.deepEqual(told([]), []));

  const CASES: [string, ApiObject[], string[]][] = [
    [
      'a policy with a lower order, of those that the guard would let in',
      [ours(preDnat('a', 5, deny))],
      ['preDNAT a 1 denies from 20.1.0.165/32'],
    ],
    [
      'none that makes the same of them',
      [ours(preDnat('a', 5, { ...allow, ...from('20.1.0.165/32') }, deny))],
      [],
    ],
    [
      'of it what is for these clients, or some of them',
      [ours(preDnat('a', 5, { ...allow, ...from('10.0.0.0/8') }, { ...deny, protocol: 'UDP' }))],
      ['preDNAT a 1 allows from 10.0.0.0/8'],
    ],
    [
      'one between our two',
      [ours(preDnat('a', 105, { ...allow, ...from('10.0.0.0/8', '20.1.0.165/32') }))],
      ['preDNAT a 1 allows from 10.0.0.0/8'],
    ],
    ['none with a higher one', [ours(preDnat('a', 111, deny))], []],
    ['none for other endpoints', [preDnat('a', 5, deny)], []],
    ['none that is no preDNAT one', [ours(policy('a', { order: 5, ingress: [deny] }))], []],
    [
      'one that does not track, which comes before all preDNAT ones',
      [ours(policy('a', { doNotTrack: true, applyOnForward: true, ingress: [deny] }))],
      ['untracked a 1 denies from 20.1.0.165/32'],
    ],
    [
      'and of it what it lets through, which no Service gets',
      [ours(policy('a', { doNotTrack: true, applyOnForward: true, ingress: [allow] }))],
      ['untracked a 1 allows'],
    ],
    [
      'a rule for another port or address decides nothing',
      [
        ours(
          preDnat(
            'a',
            5,
            { ...deny, protocol: 'TCP', destination: { ports: [443] } },
            { ...deny, destination: { nets: ['20.1.0.160/32'] } },
          ),
        ),
      ],
      [],
    ],
    [
      'a rule that passes on past the rest of the tier',
      [ours(preDnat('a', 5, { ...pass, ...from('10.0.0.0/8') }))],
      ['preDNAT a 1 skips from 10.0.0.0/8'],
    ],
    [
      'what comes behind a rule that takes it is not asked',
      [ours(preDnat('a', 5, deny)), ours(preDnat('b', 6, allow))],
      ['preDNAT a 1 denies from 20.1.0.165/32'],
    ],
    [
      'a rule of which it is not known',
      [ours(preDnat('a', 5, { ...deny, source: { services: { name: 'x', namespace: 'y' } } }))],
      ['preDNAT a 1 may denies from 20.1.0.165/32'],
    ],
    [
      'pods are no clients there',
      [ours(preDnat('a', 5, { ...deny, source: { selector: "role == 'x'" } }))],
      [],
    ],
  ];
  for (const [name, policies, expected] of CASES) {
    it(name, () => assert.deepEqual(told(policies), expected));
  }

  it('is nothing, where the guard has a lower order itself', () => {
    assert.deepEqual(told([ours(preDnat('a', 5, deny))], { order: 1 }), []);
  });

  it('a tier before that of the guard: what it does not pass on', () => {
    const tiers = [object('first', { order: 1 })];
    const inTier = (...ingress: object[]) => {
      const one = ours(preDnat('first.a', 5, ...(ingress as Record<string, unknown>[])));
      Object.assign(one.spec, { tier: 'first' });
      return [one];
    };
    assert.deepEqual(told(inTier({ ...pass, ...from('10.0.0.0/8') }, deny), { lists: { tiers } }), [
      'preDNAT first.a 2 denies from 20.1.0.165/32',
    ]);
    assert.deepEqual(told(inTier(pass), { lists: { tiers } }), []);
  });

  it('failsafe ports are open before all of them', () => {
    assert.deepEqual(told([ours(preDnat('a', 5, deny))], { port: 22 }), []);
  });

  it('is not asked where the guard is not', () => {
    const objects = buildObjects({ globalnetworkpolicies: [ours(preDnat('a', 5, deny))] });
    const covered = [{ node: 'k0', interface: 'ens34' }];
    const question = { covered, ip: ip(IP), ports: [{ port: 80, protocol: 'TCP' }] };
    assert.deepEqual(decidesFirst(snapshot, objects, question), []);
  });
});
