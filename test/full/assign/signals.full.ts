/**
 * extip is interrupted while something of it is under way: once, and it takes back what it did;
 * twice, and it ends at once and names what it leaves, which one more command puts right. Likewise
 * when the terminal is closed under it, and when only its ssh is killed.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closeTerminal } from '../../interception/close-terminal.ts';
import { cutSsh } from '../../interception/cut-ssh.ts';
import {
  type Ground,
  OPPOSITE,
  runTo,
  type State,
  startGrounds,
  succeed,
  VERB,
} from '../../interception/ground.ts';
import { interruptTwice } from '../../interception/interrupt-twice.ts';
import { closeAll } from '../../interception/labs.ts';
import { type Case, playCases } from '../../interception/play-cases.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

const GOALS = ['assigned', 'clean'] as const;

describe('interrupted runs', { skip: await skipWithoutLab() }, () => {
  let grounds: Ground[];
  let points: Ground['points'];
  before(async () => {
    grounds = await startGrounds();
    [{ points } = assert.fail()] = grounds;
  });
  after(() => closeAll(grounds));

  async function play(what: string, cases: Case[]): Promise<void> {
    const failed = await playCases(grounds, cases);
    console.log(
      `${what}: ${cases.length - failed.length} of ${cases.length} as before, or finished`,
    );
    assert.deepEqual(failed, []);
  }

  /** The cases of a command's points, of those that are asked for. */
  function each(wanted: RegExp, toCase: (goal: State, point: string) => Case): Case[] {
    return GOALS.flatMap((goal) =>
      points[goal].filter((point) => wanted.test(point)).map((point) => toCase(goal, point)),
    );
  }

  const CHANGES = /(services|-record|-address)/;

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`once, by ${signal}: all is as before, or finished where nothing was left to do`, () =>
      play(
        signal,
        each(/./, (goal, point) => once(goal, point, signal)),
      ));
  }

  it('by a terminal that is closed', () =>
    play(
      'closed terminal',
      each(CHANGES, (goal, point) => ({
        name: `${VERB[goal]}: the terminal is closed at ${point}`,
        from: OPPOSITE[goal],
        play: async (ground) =>
          stateAfter(goal, point, await closeTerminal(ground, ground.commands[goal], point)),
      })),
    ));

  it('by a second signal: it ends at once, and names what one more command puts right', () => {
    const twice = (goal: State, point: string, mended: State): Case => ({
      name: `${VERB[goal]}: two signals at ${point}, then ${VERB[mended]}`,
      from: OPPOSITE[goal],
      async play(ground) {
        await interruptTwice(ground, ground.commands[goal], point);
        await succeed(ground, ground.commands[mended]);
        return mended;
      },
    });
    return play('two signals, then one command', [
      ...each(CHANGES, (goal, point) => twice(goal, point, goal)),
      ...each(CHANGES, (goal, point) => twice(goal, point, OPPOSITE[goal])),
    ]);
  });

  it('by the death of the local ssh while its script runs on the node', () =>
    play(
      'ssh killed during its script',
      each(/-(record|address) .* before/, (goal, point) => ({
        name: `${VERB[goal]}: ssh is killed during ${point.replace(/ before$/, '')}`,
        from: OPPOSITE[goal],
        async play(ground) {
          await cutSsh(ground, ground.commands[goal], point);
          return OPPOSITE[goal];
        },
      })),
    ));

  function once(goal: State, point: string, signal: NodeJS.Signals): Case {
    return {
      name: `${VERB[goal]}: ${signal} at ${point}`,
      from: OPPOSITE[goal],
      async play(ground) {
        const { exitCode } = await runTo(ground, ground.commands[goal], point, (process) => {
          process.kill(signal);
          return 'pass';
        });
        return stateAfter(goal, point, exitCode);
      },
    };
  }

  /** 130: all is as before. 0: done, where the signal came during the last step or after it. */
  function stateAfter(goal: State, point: string, exitCode: number | undefined): State {
    if (exitCode === 130) return OPPOSITE[goal];
    assert.equal(exitCode, 0);
    const names = points[goal];
    const lastStep = names.findLastIndex((name) => name.startsWith('patch '));
    assert.ok(names.indexOf(point) >= lastStep - 1, 'it went on after the signal');
    return goal;
  }
});
