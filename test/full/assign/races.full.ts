/** Many extip at once on one cluster: each comes before or after each other, and none in between. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  createServices,
  raceForAddress,
  raceForPool,
  raceForPorts,
  raceOfVerbs,
} from '../../interception/races.ts';
import { worldOf } from '../../interception/world.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const PROCESSES = 16;

describe('races', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let clean: string;
  before(async () => {
    lab = await startLab('s2');
    await createServices(lab, PROCESSES);
    clean = await worldOf(lab);
  });
  after(() => lab?.down());

  async function race(what: string, rounds: number, run: () => Promise<void>): Promise<void> {
    for (let round = 1; round <= rounds; round += 1) {
      await run();
      assert.equal(await worldOf(lab), clean);
      console.log(`races, ${what}: ${round} of ${rounds} rounds`);
    }
  }

  it('for one IP and port: exactly one wins', () =>
    race(`${PROCESSES} for one IP and port`, 20, () => raceForAddress(lab, PROCESSES)));

  it('for a pool: each gets an address of its own', () =>
    race(`${PROCESSES} for a pool`, 2, () => raceForPool(lab, PROCESSES)));

  it('for two ports of one IP: both win', () =>
    race('2 for two ports of one IP', 10, () => raceForPorts(lab)));

  it('of assign and release: one order or the other', () =>
    race(`${PROCESSES} of assign and release`, 10, () => raceOfVerbs(lab, PROCESSES)));
});
