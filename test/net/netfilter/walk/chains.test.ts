import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { verdictOf, walkOf } from './ask.ts';
import * as t from './tables.ts';

const FORWARDED: readonly [string, Table[], string][] = [
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

const TO_ELSEWHERE = 'external 203.0.113.9 198.51.100.7:80 eth0';

for (const [name, tables, expected] of FORWARDED) {
  test(`${name}: ${expected}`, () => assert.equal(verdictOf(TO_ELSEWHERE, tables), expected));
}

test('5,000 endpoints have equal shares', () => {
  const count = 5000;
  const choices = Array.from({ length: count }, (_, i) =>
    i < count - 1 ? t.rule(t.share(1 / (count - i)), t.jump(`e${i}`)) : t.rule(t.jump(`e${i}`)),
  );
  const endpoints = choices.map((_, i) =>
    t.chain(`e${i}`, t.rule(t.dnat(`10.0.${i >> 8}.${i & 255}:80`))),
  );
  const tables = [t.table('nat', [t.nat('prerouting', choices), ...endpoints])];
  const { verdict, backends } = summarize(walkOf(TO_ELSEWHERE, tables));
  assert.equal(verdict.outcome, 'delivered');
  assert.equal(backends.length, count);
  for (const { share } of backends) assert.ok(Math.abs((share ?? 0) - 1 / count) < 1e-9);
});

test('2,000 questions of the packet, and of the answer, do not multiply the ways', () => {
  const rules = Array.from({ length: 2000 }, (_, i) => t.rule(t.unmodelled(String(i))));
  const tables = [t.table('a', [t.filter('forward', rules)])];
  const { verdict, assumed, open } = summarize(walkOf(TO_ELSEWHERE, tables));
  assert.deepEqual([verdict.outcome, assumed.length, open], ['forwarded', 4000, []]);
});

test('ways that differ in 60 marks are too many to follow', () => {
  const rules = Array.from({ length: 60 }, (_, i) => t.rule(t.unmodelled(String(i)), t.addMark(i)));
  const tables = [t.table('a', [t.filter('forward', rules)])];
  const { outcome, reason } = summarize(walkOf(TO_ELSEWHERE, tables)).verdict;
  assert.deepEqual([outcome, reason], ['undetermined', 'too-many-branches']);
});

test('each record counts the rules before it that did not match', () => {
  const rules = [
    t.rule(t.marked(1)),
    t.rule(t.marked(2)),
    t.rule(t.setMark(7)),
    t.rule(t.marked(1)),
  ];
  const { phases } = walkOf(TO_ELSEWHERE, [t.table('a', [t.filter('forward', rules)])]);
  const inChain = phases.filter(({ chain }) => chain);
  assert.deepEqual(
    inChain.map(({ action, index, unmatched }) => [action, index, unmatched]),
    [
      ['mark', 2, 2],
      ['policy', 4, 1],
    ],
  );
});
