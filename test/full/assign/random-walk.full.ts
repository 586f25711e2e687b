/** Whatever is done, killed and broken in whatever order: what `list` names brings it to rest. */
import { describe, it } from 'node:test';
import { LABS } from '../../interception/labs.ts';
import { randomWalk } from '../../interception/walk/random-walk.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

describe('random walk', { skip: await skipWithoutLab() }, () => {
  it('comes to rest', () => randomWalk(200, LABS));
});
