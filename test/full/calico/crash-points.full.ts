/**
 * extip is killed (kill -9) before and after everything that it writes of a guard: the undo takes the guard back
 * where one is armed, nothing else loses a connection, and the same command, once more, finishes.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type GuardGround,
  makeMove,
  moveTo,
  mustHaveCalicoOf,
  startGuardGrounds,
  undoIsOver,
} from '../../interception/guard-ground.ts';
import type { Move } from '../../interception/guard-moves.ts';
import { closeAll } from '../../interception/labs.ts';
import { eachPoint, playGuardCases } from '../../interception/play-guard-cases.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

describe('crash points of a guard', { skip: await skipWithoutLab() }, () => {
  let grounds: GuardGround[];
  before(async () => {
    grounds = await startGuardGrounds();
  });
  after(() => closeAll(grounds));

  it('leave nothing that the undo and one more run do not put right', async () => {
    const [ground = assert.fail()] = grounds;
    const cases = eachPoint(ground, async (on, move, point) => {
      const { exitCode } = await moveTo(on, move, point, (process) => {
        process.kill('SIGKILL');
        return 'drop';
      });
      assert.equal(exitCode, 137);
      await undoIsOver(on.lab);
      if (move.isUndone) await mustBeUndone(on, move, point);
      await makeMove(on, move);
      return move.to;
    });
    assert.deepEqual(await playGuardCases('killed', grounds, cases), []);
  });

  /** Once the undo is disarmed, the guard stays. */
  async function mustBeUndone(on: GuardGround, move: Move, point: string): Promise<void> {
    const points = on.points.get(move) ?? [];
    const disarmed = points.findIndex((name) => / disarm-undo #\d+ after$/.test(name));
    assert.ok(disarmed > 0);
    const stays = points.indexOf(point) >= disarmed;
    await mustHaveCalicoOf(on, stays ? move.to : move.from);
  }
});
