import assert from 'node:assert/strict';
import { type GuardGround, loseNothing, makeMove, mustBeIn, startOver } from './guard-ground.ts';
import { CYCLE, type GuardState, type Move } from './guard-moves.ts';

/** Something that happens to a move at one of its points. */
export interface GuardCase {
  move: Move;
  point: string;
  /** Returns the state in which it leaves everything. */
  play(ground: GuardGround): Promise<GuardState>;
}

/** One case for each point of each move. */
export function eachPoint(
  { points }: GuardGround,
  play: (ground: GuardGround, move: Move, point: string, index: number) => Promise<GuardState>,
): GuardCase[] {
  return CYCLE.flatMap((move) =>
    (points.get(move) ?? []).map((point, index) => ({
      move,
      point,
      play: (ground: GuardGround) => play(ground, move, point, index),
    })),
  );
}

/**
 * Plays the cases on all grounds at once, each from the state in which the last one left a ground where one
 * can. Nothing else may be lost meanwhile. Prints how many of each move went right, and returns the names of the
 * others.
 */
export async function playGuardCases(
  what: string,
  grounds: readonly GuardGround[],
  cases: readonly GuardCase[],
): Promise<string[]> {
  const waiting = [...cases];
  const failed: GuardCase[] = [];
  await Promise.all(
    grounds.map(async (ground) => {
      for (;;) {
        const index = waiting.findIndex(({ move }) => move.from === ground.state);
        const [next] = waiting.splice(Math.max(index, 0), 1);
        if (!next) return;
        try {
          await goTo(ground, next.move.from);
          await loseNothing(ground.lab, async () => {
            ground.state = await next.play(ground);
          });
          await mustBeIn(ground, ground.state);
        } catch (error) {
          failed.push(next);
          console.error(`${nameOf(next)}: ${(error as Error).message}`);
          await startOver(ground);
        }
      }
    }),
  );
  for (const move of CYCLE) {
    const count = (list: readonly GuardCase[]) => list.filter((one) => one.move === move).length;
    const all = count(cases);
    console.log(`${what}, ${move.what}: ${all - count(failed)} of ${all} right`);
  }
  return failed.map(nameOf);
}

async function goTo(ground: GuardGround, state: GuardState): Promise<void> {
  while (ground.state !== state) {
    const moves = CYCLE.filter(({ from }) => from === ground.state);
    const move = moves.find(({ to }) => to === state) ?? moves[0] ?? assert.fail();
    await makeMove(ground, move);
    ground.state = move.to;
  }
}

function nameOf({ move, point }: GuardCase): string {
  return `${move.what}, at ${point}`;
}
