import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { SITUATIONS, sayWhatIsSeen } from './explain-situations.ts';

describe('extip explain svc', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  for (const situation of SITUATIONS.filter(({ quick }) => quick)) {
    it(`says what every asker sees: ${situation.what}`, () => sayWhatIsSeen(lab, situation));
  }

  it('names the Service that may be meant', async () => {
    const { stderr, exitCode } = await lab.extip('explain', 'svc', 'svc-test-3');
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /there is no service default\/svc-test-3\n {2}help: did you mean svc-test-/,
    );
  });
});
