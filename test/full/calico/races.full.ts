/** Two changes of one guard at once, or a guard and somebody else: nothing is lost, and no object is left over. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ErrorDocument } from '../../../src/output/error-document.ts';
import { CLIENT, calicoOf, IP, reaches, STRANGER } from '../../calico/guard/observe.ts';
import { applyObjects } from '../../calico/guard/refused-and-undone.ts';
import { object } from '../../calico/guard/ways-to-lock-out.ts';
import { change, listed } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

const ROUNDS = 12;
const MINE = object(
  'HostEndpoint',
  'mine',
  { node: 'k2', interfaceName: 'ens34', profiles: ['projectcalico-default-allow'] },
  { zone: 'dmz' },
);
const GUARD = `assign svc-test-1 ${IP} --node k0 --guard --source ${CLIENT}`;

/** Labels `mine` again and again until it is told to stop, and says which labels it was given. */
const LABEL = `i=0; rm -f /tmp/stop
while [ ! -e /tmp/stop ]; do
  i=$((i + 1))
  kubectl label hostendpoints.projectcalico.org mine "by-hand-$i=x" >/dev/null && echo "by-hand-$i"
  sleep 0.5
done`;

describe('races with a guard', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let clean: [string, string];
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'client', `ip addr add ${STRANGER}/32 dev eth0`);
    await applyObjects(lab, 'create', [MINE]);
    clean = [await stateOf(lab), await calicoOf(lab)];
  });
  after(() => lab?.down());

  async function race(what: string, round: () => Promise<void>): Promise<void> {
    const wrong: string[] = [];
    for (let number = 1; number <= ROUNDS; number += 1) {
      try {
        await round();
        assert.deepEqual([await stateOf(lab), await calicoOf(lab)], clean);
      } catch (error) {
        wrong.push((error as Error).message);
        await releaseAll();
      }
    }
    console.log(`races with a guard, ${what}: ${ROUNDS - wrong.length} of ${ROUNDS} rounds right`);
    assert.deepEqual(wrong, []);
  }

  it('of two Services that are assigned one IP: one after the other, or told that the plan changed', () =>
    race('two assign --guard for one IP', async () => {
      const other = `assign svc-test-2 ${IP} --node k0 --guard --source ${STRANGER}`;
      await atOnce([GUARD, other]);
      // Whoever was second may have been told so.
      for (const command of [GUARD, other]) await change(lab, command);
      await waitFor('the guard of both', async () => {
        const seen = [
          await reaches(lab, 'client', CLIENT, 80),
          await reaches(lab, 'client', STRANGER, 80),
          await reaches(lab, 'client', CLIENT, 8081),
          await reaches(lab, 'client', STRANGER, 8081),
        ];
        assert.deepEqual(seen, [true, false, false, true]);
      });
      await change(lab, `release svc-test-1 ${IP}`);
      await change(lab, `release svc-test-2 ${IP}`);
    }));

  it('of guard set and guard remove: one order or the other', () =>
    race('guard set against guard remove', async () => {
      await change(lab, GUARD);
      await atOnce(['guard set svc-test-1 --source 20.1.0.0/24', 'guard remove svc-test-1']);
      assert.equal((await listed(lab, IP)).state, 'assigned');
      // What the record says of a guard is what there is of Calico's objects.
      assert.deepEqual((await change(lab, `assign svc-test-1 ${IP}`)).steps, []);
      const names = await on(
        lab,
        'operator',
        'kubectl get globalnetworkpolicies.projectcalico.org -o name',
      );
      const isGuarded = names !== '';
      await waitFor('the guard, or none', async () => {
        const seen = [
          await reaches(lab, 'client', STRANGER),
          await reaches(lab, 'client2', '30.1.0.165'),
        ];
        assert.deepEqual(seen, [true, !isGuarded]);
      });
      await change(lab, `release svc-test-1 ${IP}`);
    }));

  it('with somebody who changes the endpoint that is marked: both have their way', () =>
    race('a guard against changes by hand', async () => {
      const labelling = lab.spawn('operator', ['sh', '-c', LABEL]);
      await change(lab, GUARD);
      const marked = await labelsOfMine();
      await change(lab, `release svc-test-1 ${IP}`);
      await on(lab, 'operator', 'touch /tmp/stop');
      const made = (await labelling.result).stdout.trim().split('\n');
      assert.ok(made.length > 3, `${made.length} changes by hand`);
      assert.equal(marked['extip-external'], 'true');
      const left = { zone: 'dmz', ...Object.fromEntries(made.map((name) => [name, 'x'])) };
      assert.deepEqual(await labelsOfMine(), left);
      const take = made.map((name) => `${name}-`).join(' ');
      await on(lab, 'operator', `kubectl label hostendpoints.projectcalico.org mine ${take}`);
    }));

  async function labelsOfMine(): Promise<Record<string, string>> {
    const get = 'kubectl get hostendpoints.projectcalico.org mine -o json';
    return JSON.parse(await on(lab, 'operator', get)).metadata.labels;
  }

  /** Each succeeds, or is told that its plan is another one by now; one of them succeeds. */
  async function atOnce(commands: string[]): Promise<void> {
    const results = await Promise.all(
      commands.map((command) =>
        lab.extip(...command.split(' '), '-y', '-o', 'json', '--lock-timeout', '120'),
      ),
    );
    assert.ok(results.some(({ exitCode }) => exitCode === 0));
    for (const { exitCode, stdout } of results.filter((one) => one.exitCode !== 0)) {
      assert.equal(exitCode, 1, stdout);
      assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, 'plan-changed', stdout);
    }
  }

  async function releaseAll(): Promise<void> {
    for (const service of ['svc-test-1', 'svc-test-2']) {
      await lab.extip('release', service, '--all', '-y', '--lock-timeout', '120');
    }
    await applyObjects(lab, 'delete', [MINE]);
    await applyObjects(lab, 'create', [MINE]);
    clean = [await stateOf(lab), await calicoOf(lab)];
  }
});
