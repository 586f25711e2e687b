/**
 * The evaluator against Calico's real agent: random endpoints, policies and packets. The seed is printed;
 * `EXTIP_AGENT_SEED=N` plays the same again, `EXTIP_AGENT_WORLDS=N` more or fewer.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare, worldsOf } from '../../calico/agent/compare.ts';
import { prepareGround } from '../../calico/agent/ground.ts';
import { skipWithoutLab, startLab } from '../../lab/harness.ts';

const seed = Number(process.env.EXTIP_AGENT_SEED ?? Date.now() % 2 ** 31);
const count = Number(process.env.EXTIP_AGENT_WORLDS ?? 50);

describe("the evaluator and Calico's agent", { skip: await skipWithoutLab() }, () => {
  it('agree on what becomes of packets', async () => {
    const lab = await startLab('s2');
    try {
      await prepareGround(lab);
      const disagreed: string[] = [];
      let [agreed, unknown] = [0, 0];
      for (const world of worldsOf(seed, count)) {
        const one = await compare(lab, world);
        agreed += one.agreed;
        unknown += one.unknown;
        disagreed.push(...one.disagreed);
      }
      const all = agreed + disagreed.length;
      console.log(`Calico's agent: ${agreed} of ${all} packets as said (seed ${seed})`);
      assert.deepEqual(disagreed, []);
      assert.equal(unknown, 0);
    } finally {
      await lab.down();
    }
  });
});
