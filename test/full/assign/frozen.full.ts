/**
 * extip is stopped (SIGSTOP) at each point, as by a laptop that is closed; another extip takes the
 * lock, does its work and ends; then the first one wakes. It must not touch what the other made:
 * it starts nothing more, and what was under way is refused, by the node's fence or by the API's
 * test of resourceVersion.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Ground,
  OPPOSITE,
  type State,
  startGrounds,
  succeed,
  VERB,
} from '../../interception/ground.ts';
import { closeAll } from '../../interception/labs.ts';
import { type Case, playCases } from '../../interception/play-cases.ts';
import { runFrozen } from '../../interception/run-frozen.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

const GIVEN_BACK = 'give back the lease #1 after';
const FIRST_CHANGE = 'patch services/svc-test-1 #1 after';

describe('a run that is stopped while another one takes the lock', {
  skip: await skipWithoutLab(),
}, () => {
  let grounds: Ground[];
  before(async () => {
    grounds = await startGrounds();
  });
  after(() => closeAll(grounds));

  it('leaves alone what the other one made', async () => {
    const [{ points } = assert.fail()] = grounds;
    const cases = (['assigned', 'clean'] as const).flatMap((goal) => {
      const names = points[goal];
      const started = names.indexOf(FIRST_CHANGE);
      const done = names.findLastIndex((name) => /^patch .* after$/.test(name));
      return names.flatMap((name, index) => {
        const frozen = (other: State) =>
          freeze(goal, name, other, index >= started && index < done);
        if (index < started || name === GIVEN_BACK) return [frozen(goal)];
        return /(patch|-record|-address) .* before/.test(name)
          ? [frozen(OPPOSITE[goal]), frozen(goal)]
          : [frozen(OPPOSITE[goal])];
      });
    });
    const failed = await playCases(grounds, cases);
    console.log(`frozen runs: ${cases.length - failed.length} of ${cases.length} harmless`);
    assert.deepEqual(failed, []);
  });
});

/**
 * The command that makes `goal` is stopped at the point while the one that makes `other` runs.
 * Where it was half-way, it must fail.
 */
function freeze(goal: State, point: string, other: State, halfWay: boolean): Case {
  return {
    name: `${VERB[goal]} is stopped at ${point} during ${VERB[other]}`,
    from: OPPOSITE[goal],
    async play(ground) {
      const { exitCode, stderr } = await runFrozen(ground, ground.commands[goal], point, () =>
        succeed(ground, ground.commands[other]),
      );
      if (halfWay) assert.ok([1, 5, 7].includes(exitCode ?? 0), `exit ${exitCode}: ${stderr}`);
      return other;
    },
  };
}
