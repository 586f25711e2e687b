import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hook, Rule, Step, Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { visited, walkOf } from './ask.ts';
import * as t from './tables.ts';

const HOOKS: readonly Hook[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** A table with one rule at every hook that says which it is, and in which state the packet is. */
function witness(name: string, priority: number): Table {
  return t.table(
    name,
    HOOKS.map((hook) => t.base(hook, 'filter', priority, [t.named(name, t.setMark(0))])),
  );
}

function natWitness(): Table {
  const rules = [t.named('nat', t.setMark(0))];
  return t.table(
    'nat',
    HOOKS.filter((hook) => hook !== 'forward').map((hook) => t.nat(hook, rules)),
  );
}

const WAYS: readonly [string, string, readonly string[]][] = [
  [
    'forwarded: nat sees the first packet, not the answer',
    'external 203.0.113.9 198.51.100.7:80 eth0',
    [
      'prerouting raw, prerouting nat, prerouting filter',
      'forward raw, forward filter',
      'postrouting raw, postrouting filter, postrouting nat',
      'forwarded routed',
      'prerouting raw, prerouting filter',
      'forward raw, forward filter',
      'postrouting raw, postrouting filter',
      'delivered answered',
    ],
  ],
  [
    'to the node: nat at input, the answer from output on',
    'external 203.0.113.9 192.0.2.1:80 eth0',
    [
      'prerouting raw, prerouting nat, prerouting filter',
      'input raw, input filter, input nat',
      'local local-address',
      'output raw, output filter',
      'postrouting raw, postrouting filter',
      'delivered answered',
    ],
  ],
  [
    'from the node to itself: over lo, where nat is not visited again',
    'node 192.0.2.1 192.0.2.1:80',
    [
      'output raw, output nat, output filter',
      'postrouting raw, postrouting filter, postrouting nat',
      'prerouting raw, prerouting filter',
      'input raw, input filter',
      'local local-address',
      'output raw, output filter',
      'postrouting raw, postrouting filter',
      'prerouting raw, prerouting filter',
      'input raw, input filter',
      'delivered answered',
    ],
  ],
];

for (const [name, packet, expected] of WAYS) {
  test(name, () => {
    const tables = [witness('filter', 0), natWitness(), witness('raw', -300)];
    assert.deepEqual(
      visited(walkOf(packet, tables)),
      expected.flatMap((line) => line.split(', ')),
    );
  });
}

const STATES: readonly [string, number, string, string][] = [
  ['before conntrack there is none', -300, 'none', 'dropped'],
  ['behind it the first packet is new', -150, 'new', 'dropped'],
  ['behind it there is always one', -150, 'none', 'forwarded'],
];

for (const [name, priority, state, outcome] of STATES) {
  test(name, () => {
    const rules = [t.rule(t.inState(state), t.drop)];
    const root = walkOf('external 203.0.113.9 198.51.100.7:80 eth0', [
      t.table('a', [t.base('prerouting', 'filter', priority, rules)]),
    ]);
    assert.equal(summarize(root).verdict.outcome, outcome);
  });
}

test('an entry is confirmed behind the last hook, by no refusal', () => {
  const confirmed = (rule: string): Rule =>
    t.named(rule, ({ connection }) => connection.confirmed, t.setMark(0));
  const rules = (hook: Hook) => t.filter(hook, [confirmed('confirmed')]);
  const tables = [t.table('a', HOOKS.map(rules))];
  const refuse = t.table('b', [t.base('input', 'filter', 1, [t.rule(t.inState('new'), t.reject)])]);

  const overLo = ['prerouting confirmed', 'input confirmed', 'local local-address'];
  const local = visited(walkOf('node 192.0.2.1 192.0.2.1:80', tables));
  assert.deepEqual(local.slice(0, 3), overLo);
  const refused = visited(walkOf('external 203.0.113.9 192.0.2.1:80 eth0', [...tables, refuse]));
  assert.deepEqual(refused, ['input rule', 'rejected rule', 'delivered answered']);
});

test('the order of chains with one priority is not known: a question, if it matters', () => {
  const mark = (variant: Table['variant']) =>
    t.table('filter', [t.filter('forward', [t.rule(t.setMark(1))])], variant);
  const dropMarked = t.table('filter', [t.filter('forward', [t.rule(t.marked(1), t.drop)])], 'nft');
  const text = 'external 203.0.113.9 198.51.100.7:80 eth0';

  const differs = summarize(walkOf(text, [mark('iptables-legacy'), dropMarked]));
  assert.equal(differs.verdict.outcome, 'undetermined');
  assert.match(differs.open[0]?.text ?? '', /first at forward: iptables-legacy .* or nft /);

  const same = summarize(walkOf(text, [mark('iptables-legacy'), mark('iptables-nft')]));
  assert.equal(same.verdict.outcome, 'forwarded');
  assert.match(same.assumed[0]?.text ?? '', /first at forward/);
});

test('nor that of a chain with the priority of NAT or of conntrack', () => {
  const toNode = 'external 203.0.113.9 192.0.2.1:80 eth0';
  const dnat = t.table('nat', [t.nat('prerouting', [t.rule(t.dnat('10.0.0.2:8080'))])]);
  const at = (priority: number, ...steps: Step[]) =>
    t.table('filter', [t.base('prerouting', 'filter', priority, [t.rule(...steps)])], 'nft');

  const nat = summarize(walkOf(toNode, [dnat, at(-100, t.to('10.0.0.2'), t.drop)]));
  assert.equal(nat.verdict.outcome, 'undetermined');
  assert.match(nat.open[0]?.text ?? '', /^first at prerouting: nft .* or NAT$/);

  const conntrack = summarize(walkOf(toNode, [at(-200, t.inState('none'), t.drop)]));
  assert.equal(conntrack.verdict.outcome, 'undetermined');
  assert.match(conntrack.open[0]?.text ?? '', /^first at prerouting: nft .* or conntrack$/);

  const alone = summarize(walkOf(toNode, [at(-100, t.setMark(1))]));
  assert.deepEqual(alone.assumed, [], 'where no nat chain is, there is no NAT');
});

test('a nat chain of any priority runs at that of NAT', () => {
  const tables = [
    t.table('early', [t.base('prerouting', 'nat', -150, [t.rule(t.dnat('10.0.0.2:80'))])]),
    t.table('between', [t.base('prerouting', 'filter', -120, [t.rule(t.to('10.0.0.2'), t.drop)])]),
  ];
  const root = walkOf('external 203.0.113.9 198.51.100.7:80 eth0', tables);
  assert.equal(summarize(root).verdict.outcome, 'delivered');
});
