/**
 * Hostile input, one case or a few of each kind: nothing runs, no escape reaches the terminal, a
 * clear error. All of them, and those in the lab: test/full/assign/hostile.full.ts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allCases } from './all-cases.ts';
import { playHostile } from './play-cases.ts';
import { startWorld } from './world.ts';

test('hostile arguments, files, API servers and nodes are harmless', async (t) => {
  const world = await startWorld();
  t.after(() => world.close());
  const quick = allCases.filter((one) => one.quick);
  const failed = await playHostile(world, quick);
  t.diagnostic(`hostile input: ${quick.length - failed.length} of ${quick.length} harmless`);
  assert.deepEqual(failed, []);
});
