import { type Ground, mustBe, type State, scrub, succeed } from './ground.ts';

/** Something that happens to a run, and the state in which it must leave everything. */
export interface Case {
  name: string;
  from: State;
  play(ground: Ground): Promise<State>;
}

/**
 * Plays the cases on all grounds at once, each from the state in which the last one left a ground
 * where one can. Prints what failed, at once, and returns the names of the cases that did.
 */
export async function playCases(grounds: Ground[], cases: Case[]): Promise<string[]> {
  const waiting = [...cases];
  const failed: string[] = [];
  await Promise.all(
    grounds.map(async (ground) => {
      for (;;) {
        const index = waiting.findIndex(({ from }) => from === ground.state);
        const [next] = waiting.splice(Math.max(index, 0), 1);
        if (!next) return;
        try {
          if (next.from !== ground.state) await succeed(ground, ground.commands[next.from]);
          ground.state = await next.play(ground);
          await mustBe(ground, ground.state);
        } catch (error) {
          failed.push(next.name);
          console.error(`${next.name}: ${(error as Error).message}`);
          await scrub(ground);
          ground.state = 'clean';
        }
      }
    }),
  );
  return failed;
}
