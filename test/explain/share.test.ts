import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareText } from '../../src/explain/words/share.ts';

const SHARES: [number, string][] = [
  [1, 'all'],
  [0.5, 'half'],
  [0.33332999982, 'a third'],
  [0.6666700001806, 'two thirds'],
  [0.25, 'a quarter'],
  [0.2, '1 in 5'],
  [0.14285714272, '1 in 7'],
  [1 / 1000, '1 in 1000'],
  [0.4, '40 %'],
  [0.375, '37.5 %'],
];

for (const [share, text] of SHARES) test(text, () => assert.equal(shareText(share), text));
