import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { overNewConnection } from '../../src/nodes/reach.ts';
import { isSshTarget, sshArgv } from '../../src/nodes/ssh-target.ts';

test('what may be given to ssh', () => {
  for (const target of [
    'k0',
    'root@k0.example.com',
    'first.last+ops@k0',
    'DOMAIN\\user@k0',
    'user@realm@k0',
    '10.1.0.180',
    'fd00::1',
    'root@fe80::1%ens34',
    'ssh://root@k0:2222',
    'ssh://[fd00::1]:2222',
  ]) {
    assert.equal(isSshTarget(target), true, target);
  }
});

test('what ssh would take for an option, and what a shell would read, may not', () => {
  for (const target of [
    '',
    '-oProxyCommand=reboot',
    'root@-oProxyCommand=reboot',
    'ssh://-oProxyCommand=reboot',
    'k0 reboot',
    'k0\nreboot',
    'k0;reboot',
    '$(reboot)',
    '`reboot`',
    "k0'",
    'k0|sh',
    '$USER@k0',
    'k0\x1b[31m',
    'k0/',
    'ssh://k0:port',
    `k${'0'.repeat(600)}`,
  ]) {
    assert.equal(isSshTarget(target), false, JSON.stringify(target));
    assert.throws(() => sshArgv(target), UsageError);
  }
});

test('the target comes after `--`, and the remote command is what every login shell understands', () => {
  assert.deepEqual(sshArgv('root@k0').slice(-4), ['--', 'root@k0', 'sh', '-s']);
});

test('ssh never asks, and gives up on a host that is gone', () => {
  const argv = sshArgv('k0');
  for (const option of ['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=5']) {
    assert.equal(argv[argv.indexOf(option) - 1], '-o');
  }
});

test("a connection that the user's ssh shares is not used where a new one is asked for", () => {
  const target = 'ssh://root@k0:2222';
  const shared = { node: 'k0', argv: sshArgv(target), description: 'k0', target };
  assert.doesNotMatch(shared.argv.join(' '), /Control/);
  const { argv, ...rest } = overNewConnection(shared);
  assert.match(argv.join(' '), / -o ControlMaster=no -o ControlPath=none -- ssh:/);
  assert.deepEqual({ ...rest, argv: shared.argv }, shared);
  const local = { node: 'k0', argv: ['sh', '-s'], description: 'this machine' };
  assert.equal(overNewConnection(local), local);
});
