import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotHere } from './availability.ts';
import { fuzz } from './fuzz.ts';

const skip = (await whyNotHere()) ?? false;

test('the walk says what the kernel does', { skip }, async () => {
  // Every third case, so that each program and each family is among them.
  const numbers = Array.from({ length: 30 }, (_, index) => 3 * index + 1);
  const { disagreements } = await fuzz({ seed: 1, numbers, say: console.log });
  assert.equal(disagreements, 0);
});
