import { test } from 'node:test';
import { flood, fuzz, parsers } from './fuzz-parsers.ts';

for (const parser of parsers) {
  test(`whatever a node sends as ${parser.name}: an answer or the documented error, soon`, () => {
    fuzz(parser, { numRuns: 300, seed: Date.now() });
    flood(parser);
  });
}
