import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineNaming } from '../../src/explain/line-naming.ts';

const DUMP = Buffer.from('*nat\n-A X -d 110.22.0.0/32\n-A X -d 10.22.0.0/32\n-A X -d 10.22.0.01\n');

const CASES: [address: string, line: number | null][] = [
  ['10.22.0.0', 3],
  ['110.22.0.0', 2],
  ['10.22.0', null],
  ['192.0.2.1', null],
];

for (const [address, line] of CASES) {
  test(`${address}: line ${line}`, () => assert.equal(lineNaming(DUMP, address), line));
}
