/**
 * The Service is deleted between two steps: assign fails and takes back what it did on the node;
 * release goes on, for what it takes away has gone with the Service.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { list } from '../../commands/extip.ts';
import { addressesOn, recordsOn } from '../../commands/observe.ts';
import { type Interception, intercept } from '../../interception/intercept.ts';
import type { Verdict } from '../../interception/point.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const IP = '20.1.0.167';
const ASSIGN = `assign svc-test-1 ${IP} --node k2 -y`;
const RELEASE = `release svc-test-1 ${IP} -y`;

const CASES: [command: string, step: string, exitCode: number][] = [
  [ASSIGN, 'k2 write-record #1', 1],
  [ASSIGN, 'patch services/svc-test-1 #3', 1],
  [RELEASE, 'patch services/svc-test-1 #1', 0],
  [RELEASE, 'k2 remove-address #1', 0],
];

describe('a Service that is deleted in the middle', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let interception: Interception;
  let right = 0;
  before(async () => {
    lab = await startLab('s2');
    interception = await intercept(lab);
  });
  after(async () => {
    console.log(`Service deleted in the middle: ${right} of ${CASES.length} with nothing left`);
    await interception?.close();
    await lab?.down();
  });

  for (const [command, step, wanted] of CASES) {
    it(`of ${command.split(' ', 1)}, before ${step}`, async () => {
      if (command === RELEASE) {
        assert.equal((await interception.extip(...ASSIGN.split(' '))).exitCode, 0);
      }
      let mend: (() => Promise<void>) | undefined;
      const run = await interception.start(
        ['extip', ...command.split(' ')],
        async ({ name }): Promise<Verdict> => {
          if (name === `${step} before`) mend = await lab.fault('operator', 'service-deleted');
          return 'pass';
        },
      );
      const { exitCode, stderr } = await run.result;
      assert.ok(mend, `it did not come to: ${step}`);
      assert.equal(exitCode, wanted, stderr);
      assert.deepEqual(await list(lab), []);
      assert.deepEqual(await addressesOn(lab, 'k2', 'ens34'), ['20.1.0.150/24']);
      assert.deepEqual(await recordsOn(lab, 'k2'), []);
      await mend();
      right += 1;
    });
  }
});
