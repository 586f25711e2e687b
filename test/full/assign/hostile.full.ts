/** Every hostile input: nothing runs, no escape reaches the terminal, a clear error. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { allCases } from '../../hostile/all-cases.ts';
import { playHostile } from '../../hostile/play-cases.ts';
import { startWorld } from '../../hostile/world.ts';

const EXTIP = join(import.meta.dirname, '../../../bin/extip');

test('hostile arguments, environment, files, API servers and nodes are harmless', async (t) => {
  const world = await startWorld(EXTIP);
  t.after(() => world.close());
  const failed = await playHostile(world, allCases);
  console.log(`hostile input: ${allCases.length - failed.length} of ${allCases.length} harmless`);
  assert.deepEqual(failed, []);
});
