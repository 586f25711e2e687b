/** One sequence, the same each time; test/full/assign walks others. */
import { describe, it } from 'node:test';
import { skipWithoutLab } from '../lab/harness.ts';
import { randomWalk } from './walk/random-walk.ts';

/** An assignment, a fault, `ip addr del` by hand, and a release that is killed. */
const SEED = 22;

describe('random walk', { skip: await skipWithoutLab() }, () => {
  it('comes to rest', () => randomWalk(1, 1, SEED));
});
