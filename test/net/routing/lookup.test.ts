import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUpRoute, type RouteKey } from '../../../src/net/routing/lookup.ts';
import { DEFAULT_RULES, node, ROUTES } from '../netfilter/walk/nodes.ts';
import { ip } from '../netfilter/walk/tables.ts';

const KEY: RouteKey = {
  destination: ip('203.0.113.9'),
  source: ip('192.0.2.1'),
  mark: 0,
  inInterface: null,
};

const TABLE_100 = '0.0.0.0/0 dev eth1 table 100';
const to100 = { priority: 100, table: '100' };

const CASES: readonly [string, Partial<RouteKey>, readonly string[], readonly object[], string][] =
  [
    ['the default route', {}, [], [], 'eth0'],
    ['a longer prefix', { destination: ip('10.0.0.2') }, [], [], 'veth0'],
    ['an own address', { destination: ip('192.0.2.1') }, [], [], 'local'],
    [
      'of one prefix the lower metric',
      {},
      ['203.0.113.0/24 dev eth1 metric 5', '203.0.113.0/24 dev eth0 metric 9'],
      [],
      'eth1',
    ],
    ['a dead next hop is none', {}, ['203.0.113.0/24 dev eth1 dead'], [], 'eth0'],
    [
      'nor one of several',
      {},
      ['203.0.113.0/24 nexthop dev eth0 weight 1 dead nexthop dev eth1 weight 1'],
      [],
      'eth1',
    ],
    [
      'with its link down it depends on a setting',
      {},
      ['203.0.113.0/24 dev eth1 linkdown'],
      [],
      'unknown: ignore_routes_with_linkdown of eth1 is 1',
    ],
    [
      'a route for a type of service comes first, if the packet has it',
      {},
      ['203.0.113.0/24 dev eth0 metric 1', '203.0.113.0/24 dev eth1 tos 0x10 metric 9'],
      [],
      'unknown: has the type of service 0x10',
    ],
    ['a rule with another mark', { mark: 2 }, [TABLE_100], [{ ...to100, fwmark: '0x1' }], 'eth0'],
    ['with its mark', { mark: 1 }, [TABLE_100], [{ ...to100, fwmark: '0x1' }], 'eth1'],
    [
      'with its mark under a mask',
      { mark: 0x4001 },
      [TABLE_100],
      [{ ...to100, fwmark: '0x1', fwmask: '0xff' }],
      'eth1',
    ],
    ['with its source', {}, [TABLE_100], [{ ...to100, src: '192.0.2.1' }], 'eth1'],
    [
      'before a source is chosen it does not match',
      { source: null },
      [TABLE_100],
      [{ ...to100, src: '192.0.2.1' }],
      'eth0',
    ],
    ['what is made here comes in by lo', {}, [TABLE_100], [{ ...to100, iif: 'lo' }], 'eth1'],
    [
      'what came in by eth1 does not',
      { inInterface: 'eth1' },
      [TABLE_100],
      [{ ...to100, iif: 'lo' }],
      'eth0',
    ],
    ['not', { inInterface: 'eth1' }, [TABLE_100], [{ ...to100, not: null, iif: 'lo' }], 'eth1'],
    [
      'by an interface that is not known',
      { inInterface: undefined },
      [TABLE_100],
      [{ ...to100, iif: 'eth1' }],
      'unknown: whether ip rule 100 applies',
    ],
    ['a table that has nothing', {}, [], [to100], 'eth0'],
    ['an action', {}, [], [{ priority: 100, action: 'prohibit' }], 'prohibit'],
    [
      'an action that is not modelled',
      {},
      [],
      [{ priority: 100, goto: 200 }],
      'unknown: whether ip rule 100 applies',
    ],
    [
      'one that would match something else',
      {},
      [],
      [{ priority: 100, src: '10.0.0.1', goto: 200 }],
      'eth0',
    ],
  ];

for (const [name, key, routes, rules, expected] of CASES) {
  test(`${name}: ${expected}`, () => {
    const [local, ...others] = DEFAULT_RULES;
    const on = node({
      routes: [...ROUTES, ...routes],
      rules: [local ?? {}, ...rules, ...others],
    });
    const found = lookUpRoute({ ...KEY, ...key }, on.routes ?? [], on);
    assert.equal(textOf(found), expected);
  });
}

function textOf(found: ReturnType<typeof lookUpRoute>): string {
  if (found.kind === 'refused') return found.type;
  if (found.kind === 'unknown') return `unknown: ${found.question.text}`;
  if (found.kind !== 'route') return found.kind;
  return found.route.type === 'unicast' ? `${found.route.hops[0]?.device}` : found.route.type;
}
