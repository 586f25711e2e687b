import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from './harness.ts';

describe('scenario fanout', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('fanout');
  });
  after(() => lab?.down());

  it('has fifty nodes, each to be reached by ssh', async () => {
    const { stdout } = await lab.kubectl('get', 'nodes', '-o', 'name');
    const nodes = stdout.trim().replaceAll('node/', '').split('\n');
    assert.equal(nodes.length, 50);
    const ssh = 'printf "%s\\n" "$@" | xargs -P 10 -I {} ssh -oBatchMode=yes {} hostname';
    const names = await lab.exec('operator', ['sh', '-c', ssh, 'sh', ...nodes]);
    assert.deepEqual(names.stdout.trim().split('\n').sort(), nodes.sort(), names.stderr);
  });
});
