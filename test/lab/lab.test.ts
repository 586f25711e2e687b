import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { type Lab, skipWithoutLab, startLab } from './harness.ts';
import { assertNothingLeft, processesOf } from './leftovers.ts';
import { waitFor } from './wait.ts';

const url = 'http://20.1.0.167/';

/** What a lab must leave as it is: the machine's addresses, routes, rules and forwarding. */
async function machineNetwork(): Promise<string> {
  const script =
    'ip -o addr; ip route; iptables-save | grep -v ^#; sysctl net.ipv4.ip_forward; hostname';
  return (await execa('sh', ['-c', script])).stdout.replaceAll(/(valid|preferred)_lft \w+/g, '');
}

describe('scenario s2', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let machineBefore: string;

  before(async () => {
    machineBefore = await machineNetwork();
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  const out = async (host: string, ...command: string[]) => {
    const { stdout, stderr, exitCode } = await lab.exec(host, command);
    assert.equal(exitCode, 0, `${host}: ${command.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const get = (host: string, address = url) =>
    lab.exec(host, ['curl', '-sS', '-m', '2', address]).then(({ stdout }) => stdout.trim());

  it('keeps what a node writes on that node', async () => {
    for (const file of [
      '/var/lib/mine',
      '/usr/sbin/mine',
      '/root/mine',
      '/etc/mine',
      '/run/mine',
    ]) {
      await out('k0', 'touch', file);
      assert.ok(existsSync(lab.path('k0', file)));
      assert.equal((await lab.exec('k2', ['test', '-e', file])).exitCode, 1, `${file} on k2`);
      assert.ok(!existsSync(file), `${file} on the machine`);
    }
    assert.notEqual((await lab.exec('k0', ['touch', '/mine'])).exitCode, 0);
    assert.notEqual((await lab.exec('k0', ['sysctl', '-w', 'kernel.panic=1'])).exitCode, 0);
  });

  it('makes every host a machine of its own', async () => {
    const ids = await Promise.all(
      ['k0', 'k2', 'client', 'operator'].map((host) => out(host, 'cat', '/etc/machine-id')),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(await out('k0', 'hostname'), 'k0');
    const reported = await lab.kubectl(
      'get',
      'node',
      'k0',
      '-o=jsonpath={.status.nodeInfo.machineID}',
    );
    assert.equal(reported.stdout, ids[0]);
    const links = JSON.parse(await out('k0', 'ip', '-j', 'addr'));
    const addresses = links.flatMap((link: { ifname: string; addr_info: { local: string }[] }) =>
      link.addr_info.map(({ local }) => `${link.ifname} ${local}`),
    );
    assert.ok(addresses.includes('ens33 10.1.0.180') && addresses.includes('ens34 20.1.0.160'));
    assert.match(await out('k0', 'ps', '-e', '-o', 'args'), /^COMMAND\nsleep infinity\n/);
  });

  it('gives the operator what a laptop has, and no more', async () => {
    assert.equal(await out('operator', 'kubectl', 'config', 'current-context'), 'admin');
    assert.match(await out('operator', 'kubectl', 'cluster-info'), /10\.1\.0\.180:6443/);
    for (const host of ['k0', 'k2', 'client', 'client2']) {
      assert.equal(await out('operator', 'ssh', '-oBatchMode=yes', host, 'hostname'), host);
    }
    assert.match(await out('operator', 'ssh', 'ops@k0', 'sudo -n id'), /^uid=0/);
    assert.notEqual((await lab.exec('operator', ['ssh', 'nosudo@k0', 'sudo -n id'])).exitCode, 0);
    assert.match(await out('operator', 'node', '--version'), /^v2[2-9]/);
    const denied = await lab.kubectl('--user=extip', 'get', 'services');
    assert.match(denied.stderr, /User "extip" cannot list resource "services"/);
  });

  it('passes input, output, environment and exit code through', async () => {
    const result = await lab.exec('k0', ['sh', '-c', 'cat; echo "$X $HOME $PWD" >&2; exit 7'], {
      input: 'in',
      env: { X: 'x' },
    });
    assert.deepEqual(result, { stdout: 'in', stderr: 'x /root /root\n', exitCode: 7 });
    const slow = await lab.exec('k0', ['sleep', '61'], { timeout: 100 });
    assert.equal(slow.exitCode, undefined);
    assert.equal((await lab.exec('k0', ['pgrep', '-f', 'sleep 61'])).exitCode, 1);
    const trap = lab.spawn('k0', [
      'sh',
      '-c',
      'trap "exit 9" INT; touch /tmp/on; sleep 9 >/dev/null 2>&1 & wait',
    ]);
    await waitFor('the trap', async () => assert.ok(existsSync(lab.path('k0', '/tmp/on'))));
    trap.kill('SIGINT');
    assert.equal((await trap.result).exitCode, 9);
  });

  it('serves Kubernetes and Calico', async () => {
    assert.match((await lab.kubectl('get', 'nodes')).stdout, /^k0 +Ready.*\nk2 +Ready/m);
    const policies = await lab.kubectl('get', 'globalnetworkpolicies.projectcalico.org');
    assert.match(policies.stderr, /No resources found/);
    assert.equal((await lab.kubectl('create', 'namespace', 'passing')).exitCode, 0);
    assert.equal(
      (await lab.kubectl('delete', 'namespace', 'passing', '--timeout=20s')).exitCode,
      0,
    );
  });

  it('plays S2 by hand: nobody outside is answered until the address is on a node', async () => {
    assert.match(await get('k0', 'http://10.111.30.201/'), /This is Web Server/);
    assert.equal(await get('client'), '');
    await out('k0', 'ip', 'address', 'add', '20.1.0.167/32', 'dev', 'ens34');
    const patch = '{"spec":{"externalIPs":["20.1.0.167"]}}';
    await out('operator', 'kubectl', 'patch', 'service', 'svc-test-1', '-p', patch);
    for (const host of ['client', 'client2']) {
      const answers = new Set<string>();
      await waitFor(`both backends for ${host}`, async () => {
        answers.add(await get(host));
        answers.delete('');
        assert.equal(answers.size, 2);
      });
      assert.deepEqual([...answers].sort(), [
        'This is Web Server 1 running on 8080!',
        'This is Web Server 2 running on 9090!',
      ]);
    }
  });

  it("lets Calico's policies drop what comes from outside, and only that", async () => {
    const calico = [
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'HostEndpoint',
        metadata: { name: 'k0-ens34', labels: { role: 'outside' } },
        spec: { node: 'k0', interfaceName: 'ens34', expectedIPs: ['20.1.0.160'] },
      },
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'only-client' },
        spec: {
          selector: "role == 'outside'",
          order: 10,
          preDNAT: true,
          applyOnForward: true,
          ingress: [{ action: 'Allow', source: { nets: ['20.1.0.165/32'] } }, { action: 'Deny' }],
        },
      },
    ];
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: calico });
    const created = await lab.exec('operator', ['kubectl', 'create', '-f', '-'], { input: list });
    assert.equal(created.exitCode, 0, created.stderr);
    await waitFor('the policy in the kernel', async () => assert.equal(await get('client2'), ''));
    assert.match(await get('client'), /This is Web Server/);
    await out(
      'operator',
      'kubectl',
      'delete',
      'globalnetworkpolicies.projectcalico.org',
      'only-client',
    );
    await out('operator', 'kubectl', 'delete', 'hostendpoints.projectcalico.org', 'k0-ens34');
    await waitFor('the policy gone', async () => assert.match(await get('client2'), /This is/));
  });

  it('leaves nothing when it is down', async () => {
    const processes = await processesOf(lab.state);
    assert.ok(processes.length > 20, `${processes.length} processes`);
    await lab.down();
    await assertNothingLeft(lab.state, processes);
    assert.equal(await machineNetwork(), machineBefore);
  });
});
