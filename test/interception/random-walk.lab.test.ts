/** One of the sequences of test/full/assign, another one each time. */
import { describe, it } from 'node:test';
import { skipWithoutLab } from '../lab/harness.ts';
import { randomWalk } from './walk/random-walk.ts';

describe('random walk', { skip: await skipWithoutLab() }, () => {
  it('comes to rest', () => randomWalk(1, 1));
});
