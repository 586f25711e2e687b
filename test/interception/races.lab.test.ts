/** One small round of the first race of test/full/assign. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { createServices, raceForAddress } from './races.ts';
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
});
