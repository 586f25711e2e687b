/** One small round of each race of test/full/assign. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { createServices, raceForAddress, raceForPool, raceForPorts, raceOfVerbs } from './races.ts';
import { worldOf } from './world.ts';

const PROCESSES = 3;

describe('several extip at once', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let clean: string;
  before(async () => {
    lab = await startLab('s2');
    await createServices(lab, PROCESSES);
    clean = await worldOf(lab);
  });
  after(() => lab?.down());
  afterEach(async () => assert.equal(await worldOf(lab), clean));

  it('want one IP and port: exactly one gets it', () => raceForAddress(lab, PROCESSES));
  it('want an address of a pool: each gets its own', () => raceForPool(lab, PROCESSES));
  it('want two ports of one IP: both get it', () => raceForPorts(lab));
  it('assign and release one: one order or the other', () => raceOfVerbs(lab, PROCESSES));
});
