/** Many extip at once on one cluster: each comes before or after each other, and none in between. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { worldOf } from '../../commands/observe.ts';
import { closeAll, onLabs, startAll } from '../../interception/labs.ts';
import {
  createServices,
  raceForAddress,
  raceForNodes,
  raceForPool,
  raceForPorts,
  raceOfVerbs,
  releaseAll,
} from '../../interception/races.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const PROCESSES = 16;

/** Sixteen processes at once are busy where one extip waits. */
const LABS = 3;

describe('races', { skip: await skipWithoutLab() }, () => {
  let grounds: { lab: Lab; clean: string; close(): Promise<void> }[];
  before(async () => {
    grounds = await startAll(LABS, async () => {
      const lab = await startLab('s2');
      await createServices(lab, PROCESSES);
      return { lab, clean: await worldOf(lab), close: lab.down };
    });
  });
  after(() => closeAll(grounds));

  async function race(
    what: string,
    rounds: number,
    run: (lab: Lab) => Promise<void>,
  ): Promise<void> {
    const wrong: string[] = [];
    await onLabs(grounds, Array.from({ length: rounds }), async ({ lab, clean }) => {
      try {
        await run(lab);
        assert.equal(await worldOf(lab), clean);
      } catch (error) {
        wrong.push((error as Error).message);
        // The next round is judged by itself.
        await releaseAll(lab);
      }
    });
    console.log(`races, ${what}: ${rounds - wrong.length} of ${rounds} rounds right`);
    assert.deepEqual(wrong, []);
  }

  it('for one IP and port: exactly one wins', () =>
    race(`${PROCESSES} for one IP and port`, 20, (lab) => raceForAddress(lab, PROCESSES)));

  it('for a pool: each gets an address of its own', () =>
    race(`${PROCESSES} for a pool`, 3, (lab) => raceForPool(lab, PROCESSES)));

  it('for two ports of one IP: both win', () =>
    race('2 for two ports of one IP', 12, (lab) => raceForPorts(lab)));

  it('for two ports of one IP on two nodes: one wins', () =>
    race('2 for two nodes with one IP', 12, (lab) => raceForNodes(lab)));

  it('of assign and release: one order or the other', () =>
    race(`${PROCESSES} of assign and release`, 12, (lab) => raceOfVerbs(lab, PROCESSES)));
});
