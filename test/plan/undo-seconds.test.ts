import assert from 'node:assert/strict';
import { test } from 'node:test';
import { undoSeconds } from '../../src/plan/undo-seconds.ts';

const CASES = { 1: 60, 2: 60, 20: 60, 21: 62, 100: 180, 500: 780 };
for (const [interfaces, seconds] of Object.entries(CASES)) {
  test(`the undo of a guard at ${interfaces} interfaces waits ${seconds} s`, () =>
    assert.equal(undoSeconds(Number(interfaces)), seconds));
}
