import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Step } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { replyOf, verdictOf, walkOf } from './ask.ts';
import { DEFAULT_RULES, LOCAL_ROUTES, node, perInterface, ROUTES } from './nodes.ts';
import * as t from './tables.ts';

const noForward = node({ sysctls: { ip_forward: 0 } });
const strict = node({ sysctls: perInterface('rp_filter', 1) });
const loose = node({ sysctls: perInterface('rp_filter', 2) });
const strictByAll = node({ sysctls: { 'conf.all.rp_filter': 1 } });
const noDefault = node({ sysctls: perInterface('rp_filter', 2), routes: ROUTES.slice(0, -1) });
const localnet = node({ sysctls: { 'conf.eth0.route_localnet': 1 } });
const withRoute = (route: string) => node({ routes: [...ROUTES, route] });
const byMark = node({
  routes: [...ROUTES, '0.0.0.0/0 dev eth1 table 100'],
  rules: [{ priority: 100, fwmark: '0x1', table: '100' }, ...DEFAULT_RULES],
});

const UNREACHED = new Map([
  ['no-route', []],
  ['unreachable', ['unreachable 0.0.0.0/0']],
  ['prohibit', ['prohibit 203.0.113.0/24']],
]);

const CASES: readonly [string, string, NodeNetwork, string][] = [
  [
    'an address of the node',
    'external 203.0.113.9 192.0.2.1:80 eth0',
    node(),
    'local local-address',
  ],
  [
    'its address on another interface',
    'external 203.0.113.9 198.51.100.1:80 eth0',
    node(),
    'local local-address',
  ],
  [
    'a broadcast address',
    'external 192.0.2.9 192.0.2.255:80 eth0 udp',
    node(),
    'local local-address',
  ],
  ['another', 'external 203.0.113.9 10.0.0.2:80 eth0', node(), 'forwarded routed'],
  [
    'with ip_forward=0',
    'external 203.0.113.9 10.0.0.2:80 eth0',
    noForward,
    'dropped forwarding-disabled',
  ],
  [
    'for the node itself it does not matter',
    'external 203.0.113.9 192.0.2.1:80 eth0',
    noForward,
    'local local-address',
  ],
  [
    'no route',
    'external 192.0.2.9 203.0.113.9:80 eth0',
    node({ routes: LOCAL_ROUTES }),
    'rejected no-route',
  ],
  [
    'a route of type prohibit',
    'external 192.0.2.9 203.0.113.9:80 eth0',
    withRoute('prohibit 203.0.113.0/24'),
    'rejected prohibit',
  ],
  [
    'of type unreachable',
    'external 192.0.2.9 203.0.113.9:80 eth0',
    withRoute('unreachable 203.0.113.0/24'),
    'rejected unreachable',
  ],
  [
    'of type blackhole',
    'external 192.0.2.9 203.0.113.9:80 eth0',
    withRoute('blackhole 203.0.113.0/24'),
    'dropped blackhole',
  ],
  [
    'a throw leaves it to the next rule',
    'external 192.0.2.9 203.0.113.9:80 eth0',
    withRoute('throw 203.0.113.0/24'),
    'rejected no-route',
  ],
  ...[...UNREACHED].map(([type, route]): (typeof CASES)[number] => [
    `where the node does not forward nobody is told of ${type}`,
    'external 192.0.2.9 203.0.113.9:80 eth0',
    node({ sysctls: { ip_forward: 0 }, routes: [...LOCAL_ROUTES, ...route] }),
    `dropped ${type}`,
  ]),
  [
    'all hosts of the link',
    'external 203.0.113.9 255.255.255.255:67 eth0 udp',
    node(),
    'local local-address',
  ],
  [
    'asked before one has an address',
    'external 0.0.0.0 255.255.255.255:67 eth0 udp',
    strict,
    'local local-address',
  ],
  ['otherwise', 'external 0.0.0.0 192.0.2.1:80 eth0', node(), 'dropped martian-source'],
  ['to no address', 'external 203.0.113.9 0.0.0.0:80 eth0', node(), 'dropped martian-destination'],
  [
    'the rest of 0.0.0.0/8 is no exception',
    'external 0.0.0.5 0.0.0.7:80 eth0',
    node(),
    'forwarded routed',
  ],
  [
    'from the broadcast address',
    'external 255.255.255.255 192.0.2.1:80 eth0',
    node(),
    'dropped martian-source',
  ],
  [
    'from that of a subnet',
    'external 192.0.2.255 192.0.2.1:80 eth0',
    node(),
    'local local-address',
  ],
  [
    'from that of a subnet, where the source is looked up',
    'external 192.0.2.255 192.0.2.1:80 eth0',
    byMark,
    'dropped martian-source',
  ],
  [
    'to all hosts, by multicast',
    'external 203.0.113.9 224.0.0.1:80 eth0 udp',
    node(),
    'local local-address',
  ],
  [
    'a broadcast address where only interfaces are known',
    'external 203.0.113.9 198.51.100.255:80 eth0 udp',
    { ...node(), routes: undefined },
    'local local-address',
  ],
  ['a source of its own', 'external 192.0.2.1 10.0.0.2:80 eth0', node(), 'dropped martian-source'],
  ['a source of loopback', 'external 127.0.0.1 10.0.0.2:80 eth0', node(), 'dropped martian-source'],
  ['to loopback', 'external 203.0.113.9 127.0.0.1:80 eth0', node(), 'dropped martian-destination'],
  [
    'with route_localnet',
    'external 203.0.113.9 127.0.0.1:80 eth0',
    localnet,
    'local local-address',
  ],
  [
    'rp_filter=1, in by where the answer goes out',
    'external 203.0.113.9 192.0.2.1:80 eth0',
    strict,
    'local local-address',
  ],
  [
    'rp_filter=1, in by another interface',
    'external 203.0.113.9 192.0.2.1:80 eth1',
    strict,
    'dropped reverse-path',
  ],
  [
    'rp_filter=1 of `all` alone',
    'external 203.0.113.9 192.0.2.1:80 eth1',
    strictByAll,
    'dropped reverse-path',
  ],
  [
    'rp_filter=2: any route will do',
    'external 203.0.113.9 192.0.2.1:80 eth1',
    loose,
    'local local-address',
  ],
  [
    'rp_filter=2 with no route at all',
    'external 203.0.113.9 192.0.2.1:80 eth1',
    noDefault,
    'dropped no-way-back',
  ],
  [
    'the node itself, with no route',
    'node 192.0.2.1 203.0.113.9:80',
    node({ routes: LOCAL_ROUTES }),
    'rejected no-route',
  ],
  [
    'the node itself, by prohibit',
    'node 192.0.2.1 203.0.113.9:80',
    withRoute('prohibit 203.0.113.0/24'),
    'rejected prohibit',
  ],
];

test('what rules translate to ::1 has no route but on lo', () => {
  const loopback = '::1/128 dev lo table local';
  const node6 = { ...node({ routes: [`local ${loopback}`, '::/0 dev eth1'] }), rules: undefined };
  const chain = t.nat('prerouting', [t.rule(t.dnat('[::1]:8080'))]);
  const dnat = { ...t.table('nat', [chain]), family: 'ip6' as const };
  const asked = 'external 2001:db8::9 [2001:db8:1::167]:80 eth0';
  assert.equal(verdictOf(asked, [dnat], node6), 'rejected no-route 2001:db8::9 > ::1:8080');
});

for (const [from, to, reason] of [
  ['::1', '2001:db8::9', 'martian-source'],
  ['2001:db8::9', '::1', 'martian-destination'],
]) {
  test(`IPv6 from ${from} to ${to} is lost before any rule`, () => {
    const drops = t.table('raw', [t.base('prerouting', 'filter', -300, [t.rule(t.drop)])]);
    const rules = [{ ...drops, family: 'ip6' as const }];
    const verdict = verdictOf(`external ${from} [${to}]:80 eth0`, rules, node());
    assert.equal(verdict, `dropped ${reason}`);
  });
}

for (const [name, packet, on, expected] of CASES) {
  test(`${name}: ${expected}`, () => assert.equal(verdictOf(packet, [], on), expected));
}

test('with nothing known of the node, what may be its own is asked, and the rest assumed', () => {
  const { verdict, open, assumed } = summarize(
    walkOf('external 203.0.113.9 192.0.2.9:80 eth0', [], t.UNKNOWN_NODE),
  );
  assert.deepEqual([verdict.outcome, verdict.reason], ['undetermined', 'differs']);
  assert.deepEqual(open, [{ text: '192.0.2.9 is an address of this node', settledBy: '--local' }]);
  assert.deepEqual(assumed.map(({ text }) => text).sort(), [
    'net.ipv4.ip_forward is 1',
    'no reverse path filter stands in the way',
  ]);
});

test('a mark at mangle OUTPUT sends by another table, by a chain of type route alone', () => {
  const leaves = (type: 'route' | 'filter') => {
    const tables = [t.table('mangle', [t.base('output', type, -150, [t.rule(t.setMark(1))])])];
    const root = walkOf('node 192.0.2.1 203.0.113.9:80', tables, byMark);
    return root.phases.filter(({ action }) => action === 'route' || action === 'reroute').length;
  };
  assert.equal(leaves('filter'), 1);
  assert.equal(leaves('route'), 2);
});

test('to other groups it comes if the node listens to them', () => {
  const root = walkOf('external 203.0.113.9 224.0.0.5:80 eth0 udp', [], node());
  const { verdict, open } = summarize(root);
  assert.equal(verdict.outcome, 'undetermined');
  assert.deepEqual(open, [{ text: 'the node listens to 224.0.0.5', settledBy: null }]);
});

test('what is sent to many has no answer', () => {
  const all = 'external 203.0.113.9 192.0.2.255:80 eth0 udp';
  const refuse = t.table('a', [t.filter('input', [t.rule(t.reject)])]);
  assert.equal(replyOf(all, [], node()), 'none');
  assert.equal(replyOf(all, [refuse], node()), 'none');
});

test('a chain of type route sends by the new destination, too', () => {
  const rewrite: Step = (packet) => ({
    kind: 'change',
    action: 'set',
    effect: 'ip daddr',
    packet: { ...packet, destination: t.ip('203.0.113.7') },
  });
  const rules = [t.rule(rewrite)];
  const tables = (type: 'route' | 'filter') => [t.table('a', [t.base('output', type, 0, rules)])];
  const on = withRoute('prohibit 203.0.113.7/32');
  const asked = 'node 192.0.2.1 203.0.113.9:80';
  assert.equal(verdictOf(asked, tables('filter'), on), 'forwarded routed');
  assert.equal(verdictOf(asked, tables('route'), on), 'dropped prohibit');
});

const fromEth0: Step = ({ inInterface }) => inInterface === 'eth0';
const mark1 = t.table('a', [
  t.base('prerouting', 'filter', -150, [t.rule(fromEth0, t.setMark(1))]),
]);
const UNSETTLED: readonly [string, NodeNetwork, readonly string[]][] = [
  ['external 192.0.2.1 10.0.0.2:80 eth0', node(), ['accept_local of eth0 is 1']],
  ['external 203.0.113.9 10.0.0.2:80 eth0', strict, []],
  [
    'external 203.0.113.9 10.0.0.2:80 eth0',
    { ...byMark, sysctls: strict.sysctls },
    ['src_valid_mark of eth0 is 1'],
  ],
];

for (const [text, on, expected] of UNSETTLED) {
  test(`settings are asked for where they make a difference: ${expected}`, () => {
    const sysctls = new Map(
      [...on.sysctls].filter(([name]) => !/accept_local|src_valid_mark/.test(name)),
    );
    const { open, assumed } = summarize(walkOf(text, [mark1], { ...on, sysctls }));
    assert.deepEqual(
      [...open, ...assumed].map((question) => question.text),
      expected,
    );
  });
}

test('next hops share the connections by weight', () => {
  const on = withRoute(
    '203.0.113.0/24 nexthop via 192.0.2.7 dev eth0 weight 3 nexthop via 198.51.100.7 dev eth1 weight 1',
  );
  const byEth1 = [t.rule((packet) => packet.outInterface === 'eth1', t.dnat('10.0.0.2:1'))];
  const root = walkOf(
    'external 192.0.2.9 203.0.113.9:80 eth0',
    [
      t.table('a', [
        t.filter(
          'forward',
          byEth1.map(() => t.rule((packet) => packet.outInterface === 'eth1', t.drop)),
        ),
      ]),
    ],
    on,
  );
  assert.equal(summarize(root).verdict.reason, 'chance');
});
