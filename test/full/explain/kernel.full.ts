/**
 * The walk against the kernel, 10,000 random rule sets. The seed is printed; `EXTIP_FUZZ_SEED=N` plays
 * the same again, `EXTIP_FUZZ_RUNS=N` more or fewer of them, and `npm run -s fuzz:kernel` one alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotHere } from '../../net/kernel/availability.ts';
import { fuzz } from '../../net/kernel/fuzz.ts';

const seed = Number(process.env.EXTIP_FUZZ_SEED ?? Date.now() % 2 ** 31);
const cases = Number(process.env.EXTIP_FUZZ_RUNS ?? 10_000);

test('the walk says what the kernel does', { skip: (await whyNotHere()) ?? false }, async () => {
  const numbers = Array.from({ length: cases }, (_, index) => index + 1);
  const { disagreements } = await fuzz({ seed, numbers, say: console.log });
  assert.equal(disagreements, 0);
});
