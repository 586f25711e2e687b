/**
 * extip is cut off from the nodes' ssh, from the API, or from both, between a guard's policies and its endpoints:
 * what it wrote is taken back with nobody helping, and the same command finishes once the way is there again.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ErrorDocument } from '../../../src/output/error-document.ts';
import { CLIENT, calicoOf, getIn, IP } from '../../calico/guard/observe.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { undoIsOver } from '../../interception/guard-ground.ts';
import { type Interception, intercept } from '../../interception/intercept.ts';
import type { Verdict } from '../../interception/point.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

const ASSIGN = `assign svc-test-1 ${IP} --node k0 --guard --source ${CLIENT} -y`;

const drop = (ports: string) => ({
  cut: `nft 'table inet cut { chain out { type filter hook output priority 0;
    ip daddr { 10.1.0.179, 10.1.0.180 } tcp dport { ${ports} } drop; }; }'`,
  mend: 'nft delete table inet cut',
});

interface Cut {
  what: string;
  host: 'operator' | 'k0';
  cut: string;
  mend: string;
  /** How extip ends. */
  exitCode: number;
  says: RegExp;
  /** Where the API is heard of again. */
  by: 'operator' | 'k0';
  /** Nobody can undo anything until it is mended. */
  first?: 'mend';
}

const CUTS: Cut[] = [
  {
    what: 'ssh',
    host: 'operator',
    ...drop('22'),
    exitCode: 5,
    says: /ssh k[02]: timed out.* the watchdog on node k0 could not be disarmed/,
    by: 'operator',
  },
  {
    what: 'the API',
    host: 'operator',
    ...drop('6443'),
    exitCode: 5,
    says: /could not be taken back/,
    by: 'k0',
  },
  {
    what: 'ssh and the API',
    host: 'operator',
    ...drop('22, 6443'),
    exitCode: 5,
    says: /could not be taken back/,
    by: 'k0',
  },
  {
    what: 'the API, which does not answer anybody',
    host: 'k0',
    cut: 'kill -STOP "$(pgrep -x kube-apiserver)"',
    mend: 'kill -CONT "$(pgrep -x kube-apiserver)"',
    exitCode: 5,
    says: /could not be taken back/,
    by: 'operator',
    first: 'mend',
  },
];

describe('cut off between policy and endpoint', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let interception: Interception;
  let right = 0;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
    await on(lab, 'client', 'ip addr add 20.1.0.77/32 dev eth0');
    interception = await intercept(lab);
  });
  after(async () => {
    console.log(
      `cut off in the middle of a guard: ${right} of ${CUTS.length} undone, and finished`,
    );
    await interception?.close();
    await lab?.down();
  });

  for (const { what, host, cut, mend, exitCode, says, by, first } of CUTS) {
    it(`from ${what}: exit ${exitCode}, and what was written is taken back by itself`, async () => {
      const [untouched, calico] = [await stateOf(lab), await calicoOf(lab)];
      const began = Date.now();
      let isCut = false;
      const command = ['extip', ...ASSIGN.split(' '), '-o', 'json', '--request-timeout', '5s'];
      const run = await interception.start(command, async ({ name }): Promise<Verdict> => {
        if (!isCut && name === 'post hostendpoints #1 before') {
          isCut = true;
          await on(lab, host, cut);
        }
        return 'pass';
      });
      const ended = await run.result;
      const after = seconds(began);
      assert.ok(isCut, ended.stderr);
      const { message, left = [] } = ErrorDocument.parse(JSON.parse(ended.stdout));
      console.log(
        `cut off from ${what}\n  exit ${ended.exitCode} after ${after} s: ${message}\n  left: ${left.map((one) => one.what).join('; ') || 'nothing'}`,
      );
      if (first === 'mend') await on(lab, host, mend);
      await waitFor('the objects to be as before', async () =>
        assert.equal(await calicoOf(lab, by), calico),
      );
      console.log(`  Calico's objects as before after ${seconds(began)} s`);
      if (first !== 'mend') await on(lab, host, mend);
      assert.equal(ended.exitCode, exitCode, ended.stdout);
      assert.match(message, says);

      // A write that was on its way may come now; the undo on the operator's machine is still at it.
      if (by === 'k0') await undoIsOver(lab);
      await on(lab, 'operator', `extip ${ASSIGN} --lock-timeout 150`);
      // The undo of the run that was cut off is not that of this one.
      await undoIsOver(lab);
      await getIn(lab, { client: true });
      await on(lab, 'operator', `extip release svc-test-1 ${IP} -y`);
      assert.deepEqual([await stateOf(lab), await calicoOf(lab)], [untouched, calico]);
      right += 1;
    });
  }
});

function seconds(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}
