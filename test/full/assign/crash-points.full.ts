/**
 * extip is killed (kill -9) before and after everything that it does outside of itself; then one
 * command, the same or the opposite one, must make all of it right.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  COMMAND,
  type Ground,
  killAt,
  OPPOSITE,
  type State,
  startGrounds,
  succeed,
} from '../../interception/ground.ts';
import { closeAll } from '../../interception/labs.ts';
import { type Case, playCases } from '../../interception/play-cases.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

describe('crash points', { skip: await skipWithoutLab() }, () => {
  let grounds: Ground[];
  before(async () => {
    grounds = await startGrounds();
  });
  after(() => closeAll(grounds));

  it('leave nothing that one more command does not put right', async () => {
    const [{ points } = assert.fail()] = grounds;
    const cases = (['assigned', 'clean'] as const).flatMap((goal) =>
      points[goal].flatMap((point) => [
        crash(goal, point, goal),
        crash(goal, point, OPPOSITE[goal]),
      ]),
    );
    const failed = await playCases(grounds, cases);
    const all = cases.length / 2;
    const broken = new Set(failed.map((name) => name.split(', then ')[0])).size;
    console.log(`crash points: ${all - broken} of ${all} recovered (${cases.length} cases)`);
    assert.deepEqual(failed, []);
  });
});

/** The command that makes `goal` dies at the point; the one that makes `mended` follows. */
function crash(goal: State, point: string, mended: State): Case {
  return {
    name: `${COMMAND[goal]} dies at ${point}, then ${COMMAND[mended]}`,
    from: OPPOSITE[goal],
    async play(ground) {
      await killAt(ground, COMMAND[goal], point);
      await succeed(ground, COMMAND[mended]);
      return mended;
    },
  };
}
