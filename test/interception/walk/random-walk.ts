import assert from 'node:assert/strict';
import { describeMove, sequencesOf } from './moves.ts';
import { startWalkGround, walk } from './walk.ts';

/**
 * Walks so many random sequences, on several labs at once, and prints how many came to rest. The
 * seed is printed; EXTIP_WALK=SEED walks the same again, EXTIP_WALK=SEED:NUMBER one of them.
 */
export async function randomWalk(count: number, labs: number): Promise<void> {
  const [given, only] = process.env.EXTIP_WALK?.split(':').map(Number) ?? [];
  const seed = given ?? Math.floor(Math.random() * 2 ** 31);
  const all = sequencesOf(seed, count).map((moves, index) => ({ moves, number: index + 1 }));
  const waiting = all.filter(({ number }) => only === undefined || number === only);
  const wanted = waiting.length;
  const failed: number[] = [];
  const starting = Array.from({ length: Math.min(labs, wanted) }, startWalkGround);
  await Promise.all(
    starting.map(async (start) => {
      const ground = await start;
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        try {
          await walk(ground, next.moves);
        } catch (error) {
          failed.push(next.number);
          const moves = next.moves.map(describeMove).join('\n');
          console.error(`EXTIP_WALK=${seed}:${next.number}\n${moves}\n${(error as Error).message}`);
        }
      }
      await ground.close();
    }),
  );
  console.log(
    `random walk: ${wanted - failed.length} of ${wanted} sequences came to rest (seed ${seed})`,
  );
  assert.deepEqual(failed, []);
}
