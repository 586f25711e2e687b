/**
 * The parsers of what nodes send back, with thousands of texts each. The seed is printed;
 * `EXTIP_FUZZ_SEED=N` plays the same texts again, `EXTIP_FUZZ_RUNS=N` more or fewer of them.
 */
import { test } from 'node:test';
import { fuzz, parsers } from '../../nodes/fuzz-parsers.ts';

const seed = Number(process.env.EXTIP_FUZZ_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.EXTIP_FUZZ_RUNS ?? 20_000);

test('whatever nodes send back: an answer or the documented error', () => {
  for (const parser of parsers) fuzz(parser, { numRuns, seed });
  console.log(
    `fuzz: ${parsers.length * numRuns} of ${parsers.length * numRuns} texts taken (seed ${seed})`,
  );
});
