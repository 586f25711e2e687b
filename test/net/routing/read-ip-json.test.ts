import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAddresses, readRoutes, readRules } from '../../../src/net/routing/read-ip-json.ts';

const ROUTES: readonly [string, object, string][] = [
  [
    'a default route',
    { dst: 'default', gateway: '192.0.2.254', dev: 'eth0' },
    'unicast 0.0.0.0/0 main 192.0.2.254 eth0 1',
  ],
  [
    'a prefix',
    { dst: '10.0.0.0/8', dev: 'eth0', metric: 100 },
    'unicast 10.0.0.0/8 main - eth0 1 metric 100',
  ],
  [
    'a host',
    { dst: '10.0.0.1', dev: 'eth0', prefsrc: '192.0.2.1' },
    'unicast 10.0.0.1/32 main - eth0 1 src 192.0.2.1',
  ],
  [
    'the local table',
    { type: 'local', dst: '192.0.2.1', dev: 'eth0', table: 'local' },
    'local 192.0.2.1/32 local - eth0 1',
  ],
  ['one that refuses', { type: 'prohibit', dst: '10.9.0.0/16' }, 'prohibit 10.9.0.0/16 main'],
  [
    'several next hops',
    {
      dst: 'default',
      nexthops: [
        { gateway: '192.0.2.7', dev: 'eth0', weight: 3 },
        { gateway: '192.0.2.8', dev: 'eth1', weight: 1 },
      ],
    },
    'unicast 0.0.0.0/0 main 192.0.2.7 eth0 3 192.0.2.8 eth1 1',
  ],
  [
    'an IPv6 next hop',
    { dst: '10.0.0.0/8', via: { family: 'inet6', host: 'fe80::1' }, dev: 'eth0' },
    'unicast 10.0.0.0/8 main fe80::1 eth0 1',
  ],
  [
    'a link that is down',
    { dst: '10.0.0.0/8', dev: 'eth0', flags: ['linkdown'] },
    'unicast 10.0.0.0/8 main - eth0 1 linkdown',
  ],
  [
    'a dead next hop',
    {
      dst: '10.0.0.0/8',
      flags: [],
      nexthops: [
        { gateway: '192.0.2.1', dev: 'eth0', weight: 1, flags: ['dead', 'linkdown'] },
        { gateway: '198.51.100.1', dev: 'eth1', weight: 1, flags: [] },
      ],
    },
    'unicast 10.0.0.0/8 main 192.0.2.1 eth0 1 dead 198.51.100.1 eth1 1',
  ],
  [
    'a type of service',
    { dst: '10.0.0.0/8', tos: '0x10', dev: 'eth0', flags: [] },
    'unicast 10.0.0.0/8 main tos 0x10 - eth0 1',
  ],
];

for (const [name, item, expected] of ROUTES) {
  test(`a route: ${name}`, () => {
    const { items, problems } = readRoutes(JSON.stringify([item]), 4);
    const text = items?.map((it) => {
      const { type, destination, table, typeOfService, hops, preferredSource, metric } = it;
      return [
        `${type} ${destination.ip.text}/${destination.prefix} ${table}`,
        ...(typeOfService ? [`tos ${typeOfService}`] : []),
        ...hops.map(({ gateway, device, weight, fault }) =>
          [gateway?.text ?? '-', device, weight, fault ?? []].flat().join(' '),
        ),
        ...(preferredSource ? [`src ${preferredSource.text}`] : []),
        ...(metric ? [`metric ${metric}`] : []),
      ].join(' ');
    });
    assert.deepEqual([text, problems], [[expected], []]);
  });
}

const RULES: readonly [string, object, string][] = [
  ['all', { priority: 0, src: 'all', table: 'local' }, 'table local'],
  [
    'a source',
    { priority: 1, src: '10.0.0.0', srclen: 8, table: '100' },
    'from 10.0.0.0/8 table 100',
  ],
  [
    'one address',
    { priority: 1, src: '10.0.0.1', dst: '10.0.0.2', table: '100' },
    'from 10.0.0.1/32 to 10.0.0.2/32 table 100',
  ],
  [
    'a mark',
    { priority: 1, src: 'all', fwmark: '0x1', table: '100' },
    'mark 1/4294967295 table 100',
  ],
  [
    'a mark with a mask',
    { priority: 1, src: 'all', fwmark: '0x4000', fwmask: '0x4000', table: '100' },
    'mark 16384/16384 table 100',
  ],
  [
    'not',
    { priority: 1, not: null, src: 'all', iif: 'eth0', table: '100' },
    'not iif eth0 table 100',
  ],
  ['an action', { priority: 1, src: 'all', action: 'prohibit' }, 'action prohibit'],
  [
    'what is not modelled',
    { priority: 1, src: 'all', table: 'main', suppress_prefixlen: 0 },
    'table main action suppress_prefixlen',
  ],
];

for (const [name, item, expected] of RULES) {
  test(`a rule: ${name}`, () => {
    const { items, problems } = readRules(JSON.stringify([item]), 4);
    const text = items?.map(({ not, from, to, inInterface, mark, table, action }) =>
      [
        not ? 'not' : '',
        from ? `from ${from.ip.text}/${from.prefix}` : '',
        to ? `to ${to.ip.text}/${to.prefix}` : '',
        inInterface ? `iif ${inInterface}` : '',
        mark ? `mark ${mark.value}/${mark.mask}` : '',
        table ? `table ${table}` : '',
        action ? `action ${action}` : '',
      ]
        .filter(Boolean)
        .join(' '),
    );
    assert.deepEqual([text, problems], [[expected], []]);
  });
}

test('interfaces with their addresses; the empty objects between them are none', () => {
  const eth0 = {
    ifname: 'eth0',
    flags: ['BROADCAST', 'UP'],
    addr_info: [{}, { family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' }],
  };
  const { items } = readAddresses(JSON.stringify([{}, eth0]));
  const [first] = items ?? [];
  assert.equal(items?.length, 1);
  assert.deepEqual([first?.name, first?.up, first?.loopback], ['eth0', true, false]);
  assert.deepEqual(
    first?.addresses.map(({ ip, prefix, scope }) => [ip.text, prefix, scope]),
    [['192.0.2.1', 24, 'global']],
  );
});

test('a damaged item is a problem, and the rest is read', () => {
  const list = [{ dst: 'default', dev: 'eth0' }, { dst: 'nowhere' }, { dst: 7 }];
  const { items, problems } = readRoutes(JSON.stringify(list), 4);
  assert.equal(items?.length, 1);
  assert.deepEqual(
    problems.map((problem) => problem.slice(0, 6)),
    ['item 1', 'item 2'],
  );
});

test('what is no list is not known, and no input is too odd', () => {
  assert.equal(readRoutes('{}', 4).items, undefined);
  assert.equal(readRoutes('[{"dst":', 4).items, undefined);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const answer of [readRoutes(text, 4), readRules(text, 6), readAddresses(text)]) {
        assert.ok(answer.items || answer.problems.length > 0);
      }
    }),
  );
});
