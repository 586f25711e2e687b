/**
 * `npm run -s fuzz:kernel -- [--cases N] [--seed S] [--only NUMBER]`: plays cases and compares each
 * with its walks; exits 1 when one disagrees.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
  },
});
const numbers = values.only
  ? [Number(values.only)]
  : Array.from({ length: Number(values.cases) }, (_, index) => index + 1);
const { disagreements } = await fuzz({ seed: Number(values.seed), numbers, say: console.log });
if (disagreements > 0) process.exitCode = 1;
