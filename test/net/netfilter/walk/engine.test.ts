import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { type Asked, walk } from '../../../../src/net/netfilter/walk.ts';
import * as t from './tables.ts';

const ASKED: Asked = {
  origin: 'external',
  packet: {
    family: 4,
    protocol: 'tcp',
    source: t.ip('203.0.113.9'),
    sourcePort: undefined,
    destination: t.ip('20.1.0.167'),
    destinationPort: 80,
    inInterface: 'eth0',
    physicalIn: null,
  },
};

/** As the node that has only `own` would judge the packet. */
function judged(tables: readonly Table[], own: readonly string[], asked = ASKED) {
  const addresses = own.map((text) => ({ ip: t.ip(text), prefix: 24, scope: 'global' }));
  const eth0 = { name: 'eth0', up: true, loopback: false, master: null, addresses };
  return summarize(walk(asked, tables, { ...t.UNKNOWN_NODE, interfaces: [eth0] }));
}

const FORWARDED: [string, Table[], string][] = [
  ['no rules', [], 'forwarded routed'],
  [
    'an accept ends its base chain only',
    [
      t.table('a', [t.filter('forward', [t.rule(t.accept)])]),
      t.table('b', [t.base('forward', 'filter', 1, [t.rule(t.drop)])]),
    ],
    'dropped rule',
  ],
  ['a policy', [t.table('a', [t.filter('forward', [], 'drop')])], 'dropped policy'],
  [
    'RETURN in a base chain means its policy',
    [t.table('a', [t.filter('forward', [t.rule(t.goBack), t.rule(t.accept)], 'drop')])],
    'dropped policy',
  ],
  [
    'RETURN goes back behind the jump',
    [
      t.table('a', [
        t.filter('forward', [t.rule(t.jump('c')), t.rule(t.drop)]),
        t.chain('c', t.rule(t.goBack), t.rule(t.accept)),
      ]),
    ],
    'dropped rule',
  ],
  [
    'behind a goto it goes back to the caller',
    [t.table('a', [t.filter('forward', [t.rule(t.goto('c')), t.rule(t.drop)]), t.chain('c')])],
    'forwarded routed',
  ],
  [
    'a loop',
    [
      t.table('a', [
        t.filter('forward', [t.rule(t.jump('c'))]),
        t.chain('c', t.rule(t.goto('d'))),
        t.chain('d', t.rule(t.goto('c'))),
      ]),
    ],
    'undetermined loop',
  ],
  [
    'a chain that is not there',
    [t.table('a', [t.filter('forward', [t.rule(t.jump('c'))])])],
    'undetermined missing-chain',
  ],
  [
    'a question that matters',
    [t.table('a', [t.filter('forward', [t.rule(t.nobodyKnows('q'), t.drop)])])],
    'undetermined differs',
  ],
  [
    'the same question twice',
    [
      t.table('a', [
        t.filter('forward', [
          t.rule(t.nobodyKnows('q'), t.jump('c')),
          t.rule(t.nobodyKnows('q'), t.drop),
        ]),
        t.chain('c', t.rule(t.drop)),
      ]),
    ],
    'undetermined differs',
  ],
  [
    'a question that does not matter',
    [t.table('a', [t.filter('forward', [t.rule(t.nobodyKnows('q'), t.drop), t.rule(t.drop)])])],
    'dropped rule',
  ],
  [
    'a coin',
    [t.table('a', [t.filter('forward', [t.rule(t.share(0.5), t.drop)])])],
    'undetermined chance',
  ],
];

test('a forwarded packet', async (context) => {
  for (const [name, tables, expected] of FORWARDED) {
    await context.test(name, () => {
      const { verdict } = judged(tables, []);
      assert.equal(`${verdict.outcome} ${verdict.reason}`, expected);
    });
  }
});

test('endpoints have equal shares', () => {
  const count = 500;
  const choices = Array.from({ length: count }, (_, i) =>
    i < count - 1 ? t.rule(t.share(1 / (count - i)), t.jump(`e${i}`)) : t.rule(t.jump(`e${i}`)),
  );
  const endpoints = choices.map((_, i) =>
    t.chain(`e${i}`, t.rule(t.dnat(`10.0.${i >> 8}.${i & 255}:80`))),
  );
  const { verdict, backends } = judged(
    [t.table('nat', [t.nat('prerouting', choices), ...endpoints])],
    [],
  );
  assert.equal(verdict.outcome, 'delivered');
  assert.equal(backends.length, count);
  for (const { share } of backends) assert.ok(Math.abs((share ?? 0) - 1 / count) < 1e-9);
});

test('questions that set nothing apart do not multiply the ways', () => {
  const rules = Array.from({ length: 100 }, (_, i) =>
    t.rule(t.nobodyKnows(`the packet matches ${i}`)),
  );
  const { verdict, assumed } = judged([t.table('a', [t.filter('forward', rules)])], []);
  assert.equal(verdict.outcome, 'forwarded');
  assert.equal(assumed.filter(({ text }) => text.startsWith('the packet matches')).length, 100);
});
