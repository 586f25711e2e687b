/** A short walk, of those of test/full/assign: two sequences that are known, one that is not. */
import { describe, it } from 'node:test';
import { skipWithoutLab } from '../lab/harness.ts';
import { randomWalk } from './walk/random-walk.ts';

describe('random walk', { skip: await skipWithoutLab() }, () => {
  it('comes to rest', async () => {
    await Promise.all([randomWalk(2, 2, 12), randomWalk(1, 1)]);
  });
});
