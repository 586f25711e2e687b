/**
 * Each way to lock oneself out by a guard is refused, and the reason names what would break; where that is
 * overridden it breaks, and what extip did is taken back with nobody helping.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closeFailsafePorts } from '../../calico/guard/failsafe-ports.ts';
import { calicoOf } from '../../calico/guard/observe.ts';
import { type Kept, watch } from '../../calico/guard/prober.ts';
import {
  DOORS,
  NO_SSH,
  SSH_ELSEWHERE,
  WAYS,
  type Way,
} from '../../calico/guard/ways-to-lock-out.ts';
import { failure, plan } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

/** On the network that ssh and the API server are on. */
const IP = '10.1.0.200';
const ASSIGN = `assign svc-test-1 ${IP} --node k0 --interface ens33 --guard`;

/** More than the undo waits, and what an agent needs to hear of it. */
const UNDO_SECONDS = 150;

const RESTORED = [
  'ssh -o ConnectTimeout=2 k0 true',
  'ssh -o ConnectTimeout=2 k2 "curl -sk -m 2 -o /dev/null https://10.1.0.180:6443/"',
  'kubectl --request-timeout=2s get nodes',
].join(' && ');

describe('ways to lock oneself out', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let right = 0;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
    await on(lab, 'k0', '/usr/sbin/sshd -p 2222 -o PidFile=none');
  });
  after(async () => {
    console.log(`ways to lock oneself out: ${right} of ${WAYS.length + 1} refused, and undone`);
    await lab?.down();
  });

  it(SSH_ELSEWHERE.what, async () => {
    const config = '/root/.ssh/config';
    const elsewhere = 'Host k0\\n  Port 2222\\n  HostKeyAlias k0\\n';
    await on(lab, 'operator', `cp ${config} /tmp/config && sed -i '1i ${elsewhere}' ${config}`);
    await isRefusedAndUndone(SSH_ELSEWHERE);
    await on(lab, 'operator', `cp /tmp/config ${config}`);
  });

  it('a policy that denies ssh is harmless while the failsafe ports are open', async () => {
    await apply('create', [NO_SSH]);
    await plan(lab, ASSIGN);
    await apply('delete', [NO_SSH]);
    await closeFailsafePorts(lab);
  });

  for (const way of WAYS) it(way.what, () => isRefusedAndUndone(way));

  async function isRefusedAndUndone({ what, objects, says, shut }: Way): Promise<void> {
    await apply('create', objects);
    try {
      const [untouched, calico] = [await stateOf(lab), await calicoOf(lab)];
      const refused = await failure(lab, 7, `${ASSIGN} -y`);
      assert.equal(refused.reason, 'lock-out');
      assert.match([refused.message, ...(refused.items ?? [])].join('\n'), says);
      assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);

      const doors = Object.entries(DOORS).map(([name, door]) => ({ what: name, ...door }));
      const prober = watch(lab, doors);
      const began = Date.now();
      let kept: Kept[];
      let exitCode: number | undefined;
      let stderr: string;
      let ended: number;
      try {
        ({ exitCode, stderr } = await lab.extip(...`${ASSIGN} -y --force lock-out`.split(' ')));
        ended = since(began);
        await waitFor('access', () => on(lab, 'operator', RESTORED), UNDO_SECONDS);
        const asBefore = async () => assert.equal(await calicoOf(lab), calico);
        await waitFor('the objects to be as before', asBefore, UNDO_SECONDS);
      } finally {
        kept = await prober.stop();
      }
      assert.ok(exitCode === 1 || exitCode === 5, stderr);
      const lost = kept.filter((one) => one.lost.length > 0);
      assert.deepEqual(lost.map((one) => one.what).sort(), [...shut].sort());
      const times = lost.flatMap((one) => one.lost.map(([at]) => at));
      console.log(
        [
          what,
          'refused (7, lock-out)',
          `forced: ${shut.join(', ')} lost from ${Math.min(...times)} s to ${Math.max(...times)} s`,
          `exit ${exitCode} after ${ended} s`,
          stderr.trim().split('\n').at(-1),
        ].join('\n  '),
      );
      await on(lab, 'operator', `extip release svc-test-1 ${IP} -y --lock-timeout 120`);
      assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);
    } finally {
      await apply('delete', objects);
    }
    right += 1;
  }

  async function apply(verb: 'create' | 'delete', items: object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { exitCode, stderr } = await lab.exec('operator', ['kubectl', verb, '-f', '-'], {
      input,
    });
    assert.equal(exitCode, 0, stderr);
  }
});

function since(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}
