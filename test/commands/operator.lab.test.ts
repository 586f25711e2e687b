/** What an operator's own host has to do with it: kubectl, and the configuration. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';

const FILE = '/root/.config/extip/config.yaml';

describe('on the host of an operator', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  describe('extip as a plug-in of kubectl', () => {
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

  describe('the configuration', () => {
    async function configure(text: string): Promise<void> {
      const write = `mkdir -p ~/.config/extip && cat > ${FILE} && chmod 600 ${FILE}`;
      const { exitCode, stderr } = await lab.exec('operator', ['sh', '-c', write], { input: text });
      assert.equal(exitCode, 0, stderr);
    }

    it('says how nodes are reached, by a target or by a command', async () => {
      await configure(
        "clusters: {s2: {nodes: {k0: {command: [ssh, '{node}']}, k2: {ssh: root@k2}}}}",
      );
      const { stderr, exitCode } = await lab.extip('list', '-v');
      assert.equal(exitCode, 0, stderr);
      assert.match(stderr, /^k0: ssh \(command in the configuration\): ok/m);
      assert.match(stderr, /^k2: root@k2 \(the configuration\): ok/m);
    });

    it('names its nodes that the cluster does not have; one that --ssh names is refused', async () => {
      await configure('clusters: {s2: {nodes: {k1: {ssh: root@k1}}}}');
      const { stderr, exitCode } = await lab.extip('list');
      assert.equal(exitCode, 0, stderr);
      assert.match(
        stderr,
        /^warning: configuration: nodes\.k1: the cluster has no node of this name/m,
      );
      const refused = await lab.extip('list', '--ssh', 'K0=root@k0');
      assert.equal(refused.exitCode, 2);
      assert.match(refused.stderr, /^error: --ssh: the cluster has no node K0\n {2}help: .*k0\?$/m);
    });

    it('counts for the cluster that it names, and for no other', async () => {
      await configure('clusters: {other: {nodes: {k0: {command: [reboot]}}}}');
      const { stderr } = await lab.extip('list', '-v');
      assert.match(stderr, /^k0: k0 \(.*ssh.*\): ok/m);
      assert.match(stderr, /^configuration: nothing about cluster s2, only other$/m);
    });

    it('gives the pool by name, and the default where nothing is said', async () => {
      await configure(`
clusters:
  s2:
    pools: {web: 20.1.0.176/30, mail: [20.1.0.181, 20.1.0.183-20.1.0.184]}
    defaults: {pool: mail, node: k2}
  `);
      const assigned = async (...flags: string[]) => {
        const command = ['assign', 'svc-test-1', ...flags, '--dry-run=client', '-o', 'json'];
        const { stdout, stderr, exitCode } = await lab.extip(...command);
        assert.equal(exitCode, 0, stdout + stderr);
        const { ip, node } = JSON.parse(stdout).changes[0];
        return { ip, node };
      };
      assert.deepEqual(await assigned('--pool', 'web'), { ip: '20.1.0.176', node: 'k2' });
      assert.deepEqual(await assigned(), { ip: '20.1.0.181', node: 'k2' });
      assert.deepEqual(await assigned('--node', 'k0'), { ip: '20.1.0.181', node: 'k0' });
    });

    it('is refused when others could have written it, before anything is reached', async () => {
      await configure('clusters: {}');
      await lab.exec('operator', ['chmod', 'g+w', FILE]);
      const { stdout, stderr, exitCode } = await lab.extip('list', '-v');
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(
        stderr,
        /^error: configuration .* can be written by its group\n {2}help: chmod go-w/m,
      );
      assert.doesNotMatch(stderr, /^k0:/m);
    });
  });
});
