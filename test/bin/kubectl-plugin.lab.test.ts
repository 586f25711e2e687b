import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';

describe('extip as a plug-in of kubectl', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  it('is found by kubectl and does the same', async () => {
    const { stdout, exitCode } = await lab.kubectl('extip', 'list', '-A', '-o', 'json');
    assert.equal(exitCode, 0);
    assert.equal(stdout, (await lab.extip('list', '-A', '-o', 'json')).stdout);
  });

  it('names itself as the user called it', async () => {
    const { stderr, exitCode } = await lab.kubectl('extip', 'lsit');
    assert.equal(exitCode, 2);
    assert.match(stderr, /did you mean list\?\n {2}help: see 'kubectl extip --help'/);
    assert.match((await lab.kubectl('extip', '--help')).stdout, /^Usage: kubectl extip COMMAND/);
  });

  it("completes in kubectl's own completion", async () => {
    const offers = async (...words: string[]) =>
      (await lab.kubectl('__complete', 'extip', ...words)).stdout.trim().split('\n');
    assert.deepEqual(await offers('li'), [
      'list\tShow the external IPs of Services, and who holds them',
      ':4',
    ]);
    assert.deepEqual(await offers('list', '-o', ''), [
      'table',
      'wide',
      'name',
      'json',
      'yaml',
      ':4',
    ]);
    assert.deepEqual(await offers('list', '--kubeconfig', ''), [':0']);
  });
});
