/** What is reached with which objects of Calico's, the pod on the node that packets come in through. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { leadTo, ON_K0, prepareGround } from '../../calico/agent/ground.ts';
import { reached } from '../../calico/agent/reached.ts';
import { REACHABILITY } from '../../calico/reachability-cases.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

describe('what is reached, the pod on the same node', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let right = 0;
  before(async () => {
    lab = await startLab('s2-near');
    await prepareGround(lab);
    await leadTo(lab, ON_K0);
  });
  after(async () => {
    console.log(
      `reachability, the same node: ${right} of ${REACHABILITY.length} cases as expected`,
    );
    await lab?.down();
  });

  for (const one of REACHABILITY) {
    it(`${one.name}: ${one.seen}`, async () => {
      const { disagreed, seen } = await reached(lab, one, ON_K0);
      assert.deepEqual(disagreed, []);
      assert.equal(seen, one.seen);
      right += 1;
    });
  }
});
