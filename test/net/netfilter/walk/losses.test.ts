import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { walkOf } from './ask.ts';
import { node, perInterface } from './nodes.ts';
import * as t from './tables.ts';

const FIRST = t.dnat('10.0.0.2:8080');
const SECOND = t.dnat('10.0.0.3:8080');
const balanced = t.table('nat', [
  t.nat('prerouting', [t.rule(t.share(0.5), FIRST), t.rule(SECOND)]),
]);
const one = t.table('nat', [t.nat('prerouting', [t.rule(FIRST)])]);
const forward = (...rules: Parameters<typeof t.named>[]) =>
  t.table('filter', [
    t.filter(
      'forward',
      rules.map((it) => t.named(...it)),
    ),
  ]);

/** As of `summarize`: `LEG SHARE OUTCOME REASON RULE|INTERFACE`. */
const CASES: readonly [what: string, tables: Table[], on: NodeNetwork, lost: string[]][] = [
  ['nothing is lost', [one], node(), []],
  ['all by one rule', [balanced, forward(['A', t.drop])], node(), ['first 1 dropped rule A']],
  [
    'what goes to one of two endpoints',
    [balanced, forward(['A', t.to('10.0.0.2'), t.drop])],
    node(),
    ['first 0.5 dropped rule A'],
  ],
  [
    'each half by another rule',
    [balanced, forward(['A', t.to('10.0.0.2'), t.drop], ['B', t.reject])],
    node(),
    ['first 0.5 dropped rule A', 'first 0.5 rejected rule B'],
  ],
  [
    'one way, and by which rule nobody knows',
    [one, forward(['A', t.nobodyKnows('it is so'), t.drop], ['B', t.drop])],
    node(),
    ['first null dropped rule A', 'first null dropped rule B'],
  ],
  [
    'the answers',
    [balanced, forward(['A', t.inState('established'), t.drop])],
    node(),
    ['reply 1 dropped rule A'],
  ],
  [
    'the answers of one of two endpoints',
    [balanced, forward(['A', t.inState('established'), t.from('10.0.0.2'), t.drop])],
    node(),
    ['reply 0.5 dropped rule A'],
  ],
  [
    'by the kernel, with the interface whose setting it is',
    [one],
    node({ sysctls: perInterface('forwarding', 0) }),
    ['first 1 dropped forwarding-disabled eth0'],
  ],
];

for (const [what, tables, on, lost] of CASES) {
  test(`what is lost: ${what}`, () => {
    const root = walkOf('external 203.0.113.9 192.0.2.9:80 eth0', tables, {
      ...on,
    });
    const told = summarize(root).lost.map(({ leg, share, outcome, reason, by, inInterface }) =>
      [leg, `${share}`, outcome, reason, by?.rule?.text ?? inInterface].join(' '),
    );
    assert.deepEqual(told, lost);
  });
}
