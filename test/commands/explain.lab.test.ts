import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { groundOfS2 } from './explain-matrix/ground.ts';
import { namePods, play } from './explain-matrix/play.ts';
import { situationsOfS2 } from './explain-matrix/s2.ts';

describe('extip explain svc', { skip: await skipWithoutLab() }, async () => {
  const ground = await groundOfS2('s2', { six: false });
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await namePods(lab, ground);
  });
  after(() => lab?.down());

  for (const situation of situationsOfS2(ground).filter(({ quick }) => quick)) {
    it(`says what every asker sees: ${situation.what}`, async () => {
      for (const { host, expected, seen, said } of await play(lab, ground, situation)) {
        assert.deepEqual([seen, said], [expected, expected], host);
      }
    });
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
