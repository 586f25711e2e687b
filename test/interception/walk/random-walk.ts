import assert from 'node:assert/strict';
import { closeAll, onLabs, startAll } from '../labs.ts';
import { describeMove, sequencesOf } from './moves.ts';
import { startWalkGround, walk } from './walk.ts';

/**
 * Walks so many random sequences, on several labs at once, and prints how many came to rest, and
 * the seed: EXTIP_WALK=SEED walks the same again, EXTIP_WALK=SEED:NUMBER only one of them.
 */
export async function randomWalk(
  count: number,
  labs: number,
  seed = Math.floor(Math.random() * 2 ** 31),
): Promise<void> {
  const [wanted = seed, only] = process.env.EXTIP_WALK?.split(':').map(Number) ?? [];
  const sequences = sequencesOf(wanted, count)
    .map((moves, index) => ({ moves, number: index + 1 }))
    .filter(({ number }) => only === undefined || number === only);
  const grounds = await startAll(Math.min(labs, sequences.length), startWalkGround);
  const failed: number[] = [];
  await onLabs(grounds, sequences, async (ground, { moves, number }) => {
    try {
      await walk(ground, moves);
    } catch (error) {
      failed.push(number);
      const planned = moves.map(describeMove).join('\n');
      console.error(`EXTIP_WALK=${wanted}:${number}\n${planned}\nas far as it came:`);
      console.error((error as Error).message);
    }
  });
  await closeAll(grounds);
  const rested = sequences.length - failed.length;
  console.log(
    `random walk: ${rested} of ${sequences.length} sequences came to rest (seed ${wanted})`,
  );
  assert.deepEqual(failed, []);
}
