import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawTree } from '../../src/output/tree.ts';

test('branches reach down to their last line, and roots have none', () => {
  const depths = [0, 1, 2, 2, 1, 0, 1, 2, 3];
  const lines = depths.map((depth, index) => ({ depth, text: `${index}` }));
  assert.deepEqual(drawTree(lines), [
    '0',
    '├─ 1',
    '│  ├─ 2',
    '│  └─ 3',
    '└─ 4',
    '5',
    '└─ 6',
    '   └─ 7',
    '      └─ 8',
  ]);
});
