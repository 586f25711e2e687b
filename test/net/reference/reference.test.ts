import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMPARISONS } from './reference.ts';

for (const { name, what, count, outcomes } of COMPARISONS) {
  test(`${name}: all ${count} ${what} are as recorded`, () => {
    const all = outcomes();
    assert.equal(all.length, count);
    for (const it of all) assert.equal(it.found, it.expected, it.name);
  });
}
