/** A few of the points of test/full/assign, one after the other. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { skipWithoutLab } from '../lab/harness.ts';
import { type Ground, killAt, mustBe, runTo, startGround, succeed } from './ground.ts';

describe('a run that ends before its time', { skip: await skipWithoutLab() }, () => {
  let ground: Ground;
  before(async () => {
    ground = await startGround();
  });
  after(() => ground?.close());

  it('is seen at every script on a node and every write to the API', () => {
    const steps = ground.points.assigned.filter((name) => name.endsWith(' before'));
    assert.deepEqual(
      steps.filter((name) => /lease|patch|record|address|fence/.test(name)),
      [
        'take the lease #1 before',
        'k0 raise-fence #1 before',
        'patch services/svc-test-1 #1 before',
        'k0 write-record #1 before',
        'k0 add-address #1 before',
        'patch services/svc-test-1 #2 before',
        'patch services/svc-test-1 #3 before',
        'give back the lease #1 before',
      ],
    );
  });

  it('by kill -9 in assign: assign finishes it', async () => {
    await killAt(ground, ground.commands.assigned, 'k0 add-address #1 after');
    await succeed(ground, ground.commands.assigned);
    await mustBe(ground, 'assigned');
  });

  it('by Ctrl-C in release: it takes back what it did', async () => {
    const { exitCode } = await runTo(
      ground,
      ground.commands.clean,
      'k0 remove-record #1 before',
      (process) => {
        process.kill('SIGINT');
        return 'pass';
      },
    );
    assert.equal(exitCode, 130);
    await mustBe(ground, 'assigned');
  });

  it('by kill -9 in release: release finishes it', async () => {
    await killAt(ground, ground.commands.clean, 'patch services/svc-test-1 #1 after');
    await succeed(ground, ground.commands.clean);
    await mustBe(ground, 'clean');
  });
});
