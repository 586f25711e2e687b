import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FailedError, UsageError } from '../../src/errors.ts';
import { findReach, type NodeReach } from '../../src/nodes/reach.ts';
import type { Node } from '../../src/snapshot/kubernetes.ts';

const directory = mkdtempSync(join(tmpdir(), 'extip-reach-'));
after(() => rmSync(directory, { recursive: true }));

/** The machine's own ssh, with a configuration of the test's instead of the user's. */
function useSshConfig(text: string): void {
  const config = join(directory, 'config');
  writeFileSync(config, text);
  const ssh = join(directory, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nPATH=\${PATH#*:}\nexec ssh -F ${config} "$@"\n`);
  chmodSync(ssh, 0o755);
}
process.env.PATH = `${directory}:${process.env.PATH}`;
useSshConfig('');

function node(name: string, ...internal: string[]): Node {
  const addresses = internal.map((address) => ({ type: 'InternalIP', address }));
  return { metadata: { name }, status: { addresses } };
}

async function target(name: string, ssh = {}, config: Record<string, NodeReach> = {}) {
  const reach = await findReach(node(name, '10.1.0.180'), { ssh, config });
  return `${reach.target} by ${reach.description}`;
}

test('--ssh comes first, then the configuration', async () => {
  const config = { k0: { ssh: 'ops@bastion' } };
  assert.equal(await target('k0', { k0: 'root@k0' }, config), 'root@k0 by root@k0 (--ssh)');
  assert.equal(await target('k0', {}, config), 'ops@bastion by ops@bastion (the configuration)');
});

test('a command of the configuration, with the Node in its place, described by its program', async () => {
  const config = { k0: { command: ['docker', 'exec', '-i', '{node}'] } };
  const reach = await findReach(node('k0'), { ssh: {}, config });
  assert.deepEqual(reach.argv, ['docker', 'exec', '-i', 'k0', 'sh', '-s']);
  assert.equal(reach.description, 'docker (command in the configuration)');
});

test('this machine', async () => {
  const reach = await findReach(node('k0'), { ssh: {}, config: { k0: { local: true } } });
  assert.deepEqual(reach.argv, ['sh', '-s']);
});

const SPECIAL: [what: string, config: string, keyword: string][] = [
  ['a Host block of its own', 'Host k0\n  User ops\n', 'user'],
  ['another host name', 'Host k0\n  HostName 10.9.9.9\n', 'hostname'],
  ['a pattern', 'Host k*\n  Port 2222\n', 'port'],
  ['a jump host', 'Host k0 k1\n  ProxyJump bastion\n', 'proxyjump'],
];

for (const [what, config, keyword] of SPECIAL) {
  test(`the Node's name, where ssh has ${what} for it`, async () => {
    useSshConfig(config);
    const rule = `the Node's name: the ssh configuration has its own ${keyword} for it`;
    assert.equal(await target('k0'), `k0 by k0 (${rule})`);
  });
}

const OF_ANYONE: [what: string, name: string, config: string][] = [
  ['nothing', 'k0', ''],
  ['the same for every host', 'k0', 'Host *\n  User ops\n  ForwardAgent yes\n'],
  ['a name made of any name', 'k0', 'Host *\n  HostName %h.example.com\n  ControlPath ~/.ssh/%C\n'],
  ['only another host', 'k0', 'Host k00\n  User ops\n'],
  ['its own defaults, which look like the name', 'no', ''],
  ['the same, for a name of one letter', 'x', ''],
];

for (const [what, name, config] of OF_ANYONE) {
  test(`else the InternalIP: ssh's configuration says ${what}`, async () => {
    useSshConfig(config);
    assert.equal(await target(name), "10.1.0.180 by 10.1.0.180 (the Node's InternalIP)");
  });
}

test("the Node's name, where known_hosts has a key for it, also on another port", async () => {
  const known = join(directory, 'known_hosts');
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtXk6tVJtYv0p6wvqv6mqjPS3qUmLUnkUO8mZz0d5Cr';
  writeFileSync(known, `k0.example.com ${key}\n[k1.example.com]:2222 ${key}\n`);
  useSshConfig(`Host *\n  HostName %h.example.com\n  UserKnownHostsFile ${known}\n`);
  assert.equal(await target('k0'), `k0 by k0 (the Node's name: ${known} knows it)`);
  assert.match(await target('k1'), /InternalIP/);
  useSshConfig(`Host *\n  HostName %h.example.com\n  Port 2222\n  UserKnownHostsFile ${known}\n`);
  assert.match(await target('k1'), /known_hosts knows it/);
});

test('the first InternalIP that is an address', async () => {
  useSshConfig('');
  const found = await findReach(node('k9', 'no-address', 'FD00::0001'), { ssh: {}, config: {} });
  assert.equal(found.target, 'fd00::1');
});

test('no way: the error says what would be one', async () => {
  await assert.rejects(
    findReach(node('k9'), { ssh: {}, config: {} }),
    (error: FailedError) => error instanceof FailedError && error.help === 'give --ssh k9=TARGET',
  );
});

test('a target that is an option is refused', async () => {
  await assert.rejects(target('k0', { k0: '-oProxyCommand=reboot' }), UsageError);
});

test('a Node named as what every object has finds nothing there', async () => {
  useSshConfig('');
  assert.match(await target('constructor'), /InternalIP/);
});
