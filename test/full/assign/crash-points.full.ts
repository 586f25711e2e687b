/**
 * extip is killed (kill -9) before and after everything that it does outside of itself; then one
 * command, the same or the opposite one, must make all of it right.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Ground,
  IPV4,
  IPV6_NFTABLES,
  killAt,
  OPPOSITE,
  type Setting,
  type State,
  startGrounds,
  succeed,
  VERB,
} from '../../interception/ground.ts';
import { closeAll } from '../../interception/labs.ts';
import { type Case, playCases } from '../../interception/play-cases.ts';
import { skipWithoutLab } from '../../lab/harness.ts';

const SETTINGS: [string, Setting][] = [
  ['crash points', IPV4],
  ['crash points (IPv6, nftables)', IPV6_NFTABLES],
];

for (const [figure, setting] of SETTINGS) {
  describe(figure, { skip: await skipWithoutLab() }, () => {
    let grounds: Ground[];
    before(async () => {
      grounds = await startGrounds(setting);
    });
    after(() => closeAll(grounds));

    it('are every script on a node and every write to the API', () => {
      const [{ points } = assert.fail()] = grounds;
      const steps = points.assigned.filter((name) => name.endsWith(' before'));
      assert.deepEqual(
        steps.filter((name) => /lease|patch|record|address|fence/.test(name)),
        [
          'take the lease #1 before',
          'k0 raise-fence #1 before',
          'patch services/svc-test-1 #1 before',
          'k0 write-record #1 before',
          'k0 add-address #1 before',
          'patch services/svc-test-1 #2 before',
          'patch services/svc-test-1 #3 before',
          'give back the lease #1 before',
        ],
      );
    });

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
      console.log(`${figure}: ${all - broken} of ${all} recovered (${cases.length} cases)`);
      assert.deepEqual(failed, []);
    });
  });
}

/** The command that makes `goal` dies at the point; the one that makes `mended` follows. */
function crash(goal: State, point: string, mended: State): Case {
  return {
    name: `${VERB[goal]} dies at ${point}, then ${VERB[mended]}`,
    from: OPPOSITE[goal],
    async play(ground) {
      await killAt(ground, ground.commands[goal], point);
      await succeed(ground, ground.commands[mended]);
      return mended;
    },
  };
}
