import type { Case } from './case.ts';
import { mustBeHarmless } from './harmless.ts';
import type { World } from './world.ts';

/** Plays the cases, a few at once, and returns for each that was not harmless what it did. */
export async function playHostile(world: World, cases: readonly Case[]): Promise<string[]> {
  const waiting = [...cases];
  const failed: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await mustBeHarmless(world, next);
      } catch (error) {
        failed.push(`${next.name}: ${(error as Error).message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 3 }, work));
  return failed;
}
