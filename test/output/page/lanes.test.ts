import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow } from '../../../src/explain/explanation.ts';
import { drawnPath } from '../../../src/output/drawn-path.ts';
import { layLanes, type Row } from '../../../src/output/page/lanes.ts';
import { explainDump } from '../../explain/explain-dump.ts';
import { referenceText } from '../../net/reference/files.ts';
import { serviceDump } from '../service-dump.ts';

const S1 = referenceText('scenarios', 's1-kubernetes-1.8.iptables-save');
const LOCAL = ['192.0.2.100'];

function rowsOf(flow: Flow, all = false): Row[] {
  return layLanes(drawnPath(flow, 0, { all }) ?? []);
}

function named(rows: readonly Row[]): string[] {
  return rows.map(({ told, lane }) => `${lane} ${told.kind}`);
}

describe('the lanes of a path', () => {
  test('a chance opens a lane for each branch, and what follows takes them together', () => {
    const rows = rowsOf(explainDump(serviceDump(3), { to: '192.0.2.1:80', local: LOCAL }));
    assert.deepEqual(named(rows), [
      '0 start',
      '0 hook',
      '0 phase',
      '0 fork',
      ...[0, 1, 2].flatMap((lane) => [`${lane} branch`, `${lane} phase`, `${lane} phase`]),
      '0 phase',
      '0 end',
    ]);
    const fork = rows.find(({ told }) => told.kind === 'fork');
    assert.deepEqual(
      fork?.lower.map(({ from, to, look }) => [from, to, look.share?.toFixed(2)]),
      [0, 1, 2].map((to) => [0, to, '0.33']),
    );
    const [join] = rows.slice(-2);
    assert.deepEqual(
      join?.upper.map(({ from, to }) => [from, to]),
      [0, 1, 2].map((from) => [from, 0]),
    );
    assert.equal(join?.look.share, 1);
  });

  test('the way of one answer branches off, and the other goes on in its lane', () => {
    const rows = rowsOf(explainDump(S1, { to: '192.168.1.5:30916' }));
    const fork = rows.findIndex(({ told }) => told.kind === 'fork');
    assert.deepEqual(named(rows).slice(fork, fork + 2), ['0 fork', '1 branch']);
    assert.deepEqual(
      rows[fork]?.lower.map(({ to, look }) => [to, look.isOpen]),
      [
        [0, true],
        [1, true],
      ],
    );
    const end = rows.findIndex(({ told }) => told.kind === 'end');
    assert.deepEqual(named(rows).slice(end, end + 2), ['1 end', '0 branch']);
  });

  test('of many branches the first have lanes, and one is for the others', () => {
    const rows = rowsOf(explainDump(serviceDump(20), { to: '192.0.2.1:80', local: LOCAL }));
    const more = rows.filter(({ told }) => told.kind === 'more');
    assert.deepEqual(
      more.map(({ told, lane }) => [told, lane]),
      [[{ kind: 'more', count: 8 }, 12]],
    );
  });

  const DUMPS: [name: string, flow: () => Flow][] = [
    ['S1', () => explainDump(S1, { to: '10.22.0.0:80' })],
    ["S1's node port", () => explainDump(S1, { to: '192.168.1.5:30916' })],
    ['20 endpoints', () => explainDump(serviceDump(20), { to: '192.0.2.1:80' })],
    ...['guard-k0', 'guard-k2', 'no-endpoint-k0'].map((name): [string, () => Flow] => [
      name,
      () =>
        explainDump(referenceText('calico', 'agent-3.28', `${name}.iptables-save`), {
          to: '20.1.0.167:80',
        }),
    ]),
  ];

  for (const [name, flow] of DUMPS) {
    for (const all of [false, true]) {
      test(`${name}${all ? ', every rule' : ''}: lines go on from row to row until they end`, () => {
        const rows = rowsOf(flow(), all);
        for (const [index, { lower }] of rows.entries()) {
          const ends = lower.map(({ to }) => to).sort();
          assert.equal(new Set(ends).size, ends.length, `row ${index}: a lane is taken twice`);
          const begins = rows[index + 1]?.upper.map(({ from }) => from).sort() ?? [];
          assert.deepEqual(begins, ends, `row ${index}`);
        }
      });
    }
  }
});
