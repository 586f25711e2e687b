import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainSshFailure, sshSaid } from '../../src/nodes/ssh-errors.ts';

/** What OpenSSH 9.2 writes, and what we make of it. */
const CASES: [name: string, stderr: string, status: string, dropped: boolean, says: RegExp][] = [
  [
    'nobody listens',
    'ssh: connect to host 10.1.0.180 port 22: Connection refused',
    'unreachable',
    false,
    /connection refused/,
  ],
  [
    'no answer',
    'ssh: connect to host 10.1.0.180 port 22: Connection timed out',
    'unreachable',
    false,
    /timed out/,
  ],
  [
    'no banner',
    'Connection timed out during banner exchange\nConnection to 10.1.0.180 port 22 timed out',
    'unreachable',
    false,
    /timed out/,
  ],
  [
    'no route',
    'ssh: connect to host 10.1.0.180 port 22: No route to host',
    'unreachable',
    false,
    /no route/,
  ],
  [
    'no such name',
    'ssh: Could not resolve hostname k0: Name or service not known',
    'unreachable',
    false,
    /does not resolve/,
  ],
  [
    'unknown host key',
    'No ED25519 host key is known for k0 and you have requested strict checking.\nHost key verification failed.',
    'unreachable',
    false,
    /not known yet.*ssh root@k0 true/,
  ],
  [
    'changed host key',
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key for k0 has changed and you have requested strict checking.\nHost key verification failed.',
    'unreachable',
    false,
    /not the one in known_hosts.*ssh-keygen -R/,
  ],
  [
    'no key',
    'root@k0: Permission denied (publickey,password).',
    'denied',
    false,
    /denied.*ssh-agent.*ssh root@k0 true/,
  ],
  [
    'dropped by MaxStartups',
    'kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.1.0.180 port 22',
    'unreachable',
    true,
    /before the login/,
  ],
  [
    'dropped by an old sshd',
    'ssh_exchange_identification: Connection closed by remote host',
    'unreachable',
    true,
    /before the login/,
  ],
  [
    'dropped during key exchange',
    'Connection closed by 10.1.0.180 port 22',
    'unreachable',
    true,
    /before the login/,
  ],
];

for (const [name, stderr, status, dropped, says] of CASES) {
  test(`ssh failed: ${name}`, () => {
    const failure = explainSshFailure('root@k0', stderr);
    assert.equal(failure.status, status);
    assert.equal(failure.dropped, dropped);
    assert.equal(failure.beforeLogin, true);
    assert.match(failure.message, says);
    assert.match(failure.message, /^ssh root@k0: /);
  });
}

test('once the login was through, something may have run: never tried again', () => {
  const failure = explainSshFailure(
    'root@k0',
    'Authenticated to k0 ([10.1.0.180]:22) using "publickey".\nConnection closed by 10.1.0.180 port 22',
  );
  assert.equal(failure.beforeLogin, false);
  assert.equal(failure.dropped, false);
});

test('a failure that nobody has seen yet is shown, and nothing is concluded from it', () => {
  const failure = explainSshFailure('root@k0', 'ssh: something new\x1b[2J\n');
  assert.equal(failure.beforeLogin, false);
  assert.match(failure.message, /ssh said: ssh: something new\)$/);
});

test('what ssh says at every login and end is no reason', () => {
  const said = sshSaid(
    'Authenticated to k0 ([10.1.0.180]:22) using "publickey".\nTimeout, server k0 not responding.\nTransferred: sent 3000, received 2600 bytes, in 0.1 seconds\nBytes per second: sent 30, received 26\n',
  );
  assert.equal(said, 'Timeout, server k0 not responding.');
});
