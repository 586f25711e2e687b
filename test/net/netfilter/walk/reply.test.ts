import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachTemplate } from '../../../../src/net/netfilter/attach-template.ts';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Step, Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { walk } from '../../../../src/net/netfilter/walk.ts';
import { asked, replyOf } from './ask.ts';
import { node, perInterface, ROUTES } from './nodes.ts';
import * as t from './tables.ts';

const TO_POD = 'external 203.0.113.9 192.0.2.9:80 eth0';
const TO_NODE = 'external 203.0.113.9 192.0.2.1:80 eth0';
const LOCALLY = 'node 192.0.2.1 192.0.2.1:80';

const dnat = t.table('nat', [t.nat('prerouting', [t.rule(t.dnat('10.0.0.2:8080'))])]);
const masquerade = t.table('nat2', [t.nat('postrouting', [t.rule(t.masquerade)])]);
const drop = (hook: 'forward' | 'output' | 'input', ...states: string[]) =>
  t.table('filter', [t.filter(hook, [t.rule(t.inState(...states), t.drop)])]);
const rejectAt = (hook: 'forward' | 'input') =>
  t.filter(hook, [t.rule(t.inState('new'), t.reject)]);
const untracked = t.table('raw', [t.base('prerouting', 'filter', -300, [t.rule(t.notrack)])]);
const zone: Step = (packet) => attachTemplate(packet, 1, 'both', 'zone');
const zoneIf = (...devices: string[]) => {
  const step: Step = (packet) => devices.includes(packet.inInterface ?? '') && zone(packet, node());
  return t.table('raw', [t.base('prerouting', 'filter', -300, [t.rule(step)])]);
};
const onlyRelated = t.table('only', [
  t.filter('output', [t.rule(t.inState('established', 'related'), t.accept)], 'drop'),
]);
const strict = node({ sysctls: perInterface('rp_filter', 1) });
const backByEth1 = node({ routes: [...ROUTES, '203.0.113.0/24 via 198.51.100.7 dev eth1'] });

const CASES: readonly [string, string, Table[], NodeNetwork, string][] = [
  ['NAT is undone', TO_POD, [dnat, masquerade], node(), 'delivered answered'],
  [
    'the answer is dropped at FORWARD',
    TO_POD,
    [dnat, drop('forward', 'established')],
    node(),
    'dropped rule',
  ],
  ['at OUTPUT', TO_NODE, [drop('output', 'established')], node(), 'dropped rule'],
  ['over lo at INPUT', LOCALLY, [drop('input', 'established')], node(), 'dropped rule'],
  ['over lo', LOCALLY, [], node(), 'delivered answered'],
  ['the pod is where rp_filter expects it', TO_POD, [dnat], strict, 'delivered answered'],
  ['it leaves by another interface', TO_POD, [dnat], backByEth1, 'delivered asymmetric'],
  [
    'a REJECT is answered',
    TO_NODE,
    [t.table('a', [rejectAt('input')])],
    node(),
    'delivered answered',
  ],
  [
    'at FORWARD, by the node',
    TO_POD,
    [t.table('a', [rejectAt('forward')])],
    node(),
    'delivered answered',
  ],
  [
    'the refusal is dropped at OUTPUT',
    TO_NODE,
    [t.table('a', [rejectAt('input')]), drop('output', 'related')],
    node(),
    'dropped rule',
  ],
  [
    'the refusal is refused',
    TO_NODE,
    [t.table('a', [rejectAt('input'), t.filter('output', [t.rule(t.reject)])])],
    node(),
    'dropped rule',
  ],
  ['a drop has no answer', TO_NODE, [drop('input', 'new')], node(), 'none'],
  [
    'what is not tracked is answered all the same',
    TO_NODE,
    [untracked],
    node(),
    'delivered answered',
  ],
  [
    'but its answer is invalid',
    TO_NODE,
    [untracked, drop('output', 'invalid')],
    node(),
    'dropped rule',
  ],
  [
    'also that to an echo request',
    'external 203.0.113.9 192.0.2.1 eth0 icmp',
    [untracked, drop('output', 'invalid')],
    node(),
    'dropped rule',
  ],
  ...(['icmp-port-unreachable', 'tcp-reset'] as const).map((kind): (typeof CASES)[number] => [
    `and what refuses it with ${kind}`,
    TO_NODE,
    [untracked, t.table('a', [t.filter('input', [t.rule(t.rejectWith(kind))])]), onlyRelated],
    node(),
    'dropped policy',
  ]),
  [
    'an answer in another zone belongs to another connection: what was translated stays so',
    TO_POD,
    [dnat, zoneIf('eth0')],
    node(),
    'dropped not-translated',
  ],
  [
    'over lo conntrack looks for it once more, in the zone that it is in there',
    TO_NODE,
    [
      t.table('nat', [t.nat('input', [t.rule(t.snat('192.0.2.1'))])]),
      t.table('raw', [t.base('output', 'filter', -300, [t.rule(zone)])]),
    ],
    node(),
    'dropped martian-source',
  ],
  ['with no NAT nobody cares', TO_NODE, [zoneIf('eth0')], node(), 'delivered answered'],
  [
    'an answer in the same zone',
    TO_POD,
    [dnat, zoneIf('eth0', 'veth0')],
    node(),
    'delivered answered',
  ],
  [
    'that of UDP is new',
    `${TO_NODE} udp`,
    [untracked, drop('output', 'new')],
    node(),
    'dropped rule',
  ],
];

for (const [name, packet, tables, on, expected] of CASES) {
  test(`${name}: ${expected}`, () => assert.equal(replyOf(packet, tables, on), expected));
}

test('the port of a client that is not known is not known of the answer to it either', () => {
  const { packet, ...rest } = asked(TO_POD);
  const isZero: Step = ({ destinationPort }) => destinationPort === 0;
  const forward = t.table('a', [t.filter('forward', [t.rule(isZero, t.drop)])]);
  const unknown = { ...rest, packet: { ...packet, sourcePort: undefined } };
  const root = walk(unknown, [dnat, masquerade, forward], node());
  assert.equal(summarize(root).reply?.outcome, 'delivered');
});
