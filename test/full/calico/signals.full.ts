/**
 * extip is interrupted at everything that it writes of a guard: it takes back what it did and disarms the undo,
 * or has finished; nothing else loses a connection.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type GuardGround,
  moveTo,
  startGuardGrounds,
  undoIsOver,
} from '../../interception/guard-ground.ts';
import { closeAll } from '../../interception/labs.ts';
import { eachPoint, playGuardCases } from '../../interception/play-guard-cases.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

describe('interrupted changes of a guard', { skip: await skipWithoutLab() }, () => {
  let grounds: GuardGround[];
  before(async () => {
    grounds = await startGuardGrounds();
  });
  after(() => closeAll(grounds));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`by ${signal}: all is as before, or finished where nothing was left to do`, async () => {
      const [ground = assert.fail()] = grounds;
      const cases = eachPoint(ground, async (on, move, point) => {
        const began = Date.now();
        const { exitCode, stderr } = await moveTo(on, move, point, (process) => {
          process.kill(signal);
          return 'pass';
        });
        await undoIsOver(on.lab);
        assert.ok(Date.now() - began < 50_000, 'nothing waits for the undo');
        if (exitCode === 130) return move.from;
        assert.equal(exitCode, 0, stderr);
        const points = on.points.get(move) ?? [];
        const lastStep = points.findLastIndex((name) => name.startsWith('patch '));
        assert.ok(points.indexOf(point) >= lastStep - 1, 'it went on after the signal');
        return move.to;
      });
      assert.deepEqual(await playGuardCases(signal, grounds, cases), []);
    });
  }
});
