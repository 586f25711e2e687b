import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { faults } from '../../lab/fault-table.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

/** All that the faults change on a host. */
const TRACES = `md5sum /etc/passwd /etc/sudoers.d/ops /etc/ssh/sshd_config /root/.ssh/*
ls /root/.bashrc /etc/ld.so.preload /usr/bin/ip* 2>&1
ip -4 -o addr; ip -4 route; nft list tables | grep fault
df --output=size /mnt; grep ' /var ' /proc/self/mounts
ps -C kube-apiserver -o state=
pgrep -f '[w]ebhook.ts'
md5sum /root/.kube/config
true`;

const CLUSTER =
  'kubectl get nodes,pods,services --no-headers -o custom-columns=:.metadata.name,:.spec,:.status.phase';

describe('faults on demand', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  const hosts = ['k0', 'k2', 'client', 'operator'];
  const traces = () =>
    Promise.all(hosts.map(async (host) => (await lab.exec(host, ['sh', '-c', TRACES])).stdout));
  const cluster = async () => (await lab.exec('operator', ['sh', '-c', CLUSTER])).stdout;

  /** The host on which a fault makes sense in s2. */
  const hostOf = (fault: string) => {
    if (fault.startsWith('api-')) return 'k0';
    if (fault === 'duplicate-address') return 'client';
    return fault === 'service-deleted' ? 'operator' : 'k2';
  };

  it('each changes something, twice is once, and off leaves no trace of it', async () => {
    const untouched = [await traces(), await cluster()];
    // The other webhooks are the same but for their number.
    for (const { name } of faults.filter((fault) => !/-(409|429|500)$/.test(fault.name))) {
      const mend = await lab.fault(hostOf(name), name);
      await lab.fault(hostOf(name), name);
      const changed = await traces();
      if (!/node-drained|service-deleted/.test(name))
        assert.notDeepEqual(changed, untouched[0], name);
      await mend();
      await mend();
      assert.deepEqual(await traces(), untouched[0], name);
    }
    assert.equal(await cluster(), untouched[1]);
  });

  it('takes the cluster away and gives it back', async () => {
    const mend = await lab.fault('k0', 'api-down');
    const { exitCode, stderr } = await lab.kubectl('get', 'nodes');
    await mend();
    assert.equal(exitCode, 1);
    assert.match(stderr, /refused/);
    assert.equal((await lab.kubectl('get', 'nodes')).exitCode, 0);
  });

  it('names the nearest where there is none of this name', async () => {
    await assert.rejects(lab.fault('k2', 'ssh-refusd'), /did you mean ssh-refused\?/);
  });
});
