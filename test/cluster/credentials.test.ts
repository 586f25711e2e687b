import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { requestOptions } from '../../src/cluster/credentials.ts';
import type { UserEntry } from '../../src/cluster/kubeconfig-schema.ts';
import { ExtipError, FailedError, UsageError } from '../../src/errors.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'extip-credentials-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function selection(user: UserEntry) {
  return {
    clusterName: 'lab',
    cluster: { server: 'https://10.22.0.10:6443' },
    userName: 'ops',
    user,
    namespace: undefined,
  };
}

async function headers(user: UserEntry) {
  const authorize = await requestOptions(selection(user));
  return (await authorize()).headers as Record<string, unknown>;
}

/** An exec plugin that runs these lines of sh. */
function plugin(t: TestContext, script: string): string {
  const file = join(folder(t), 'login');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const credential = (status: object) =>
  JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status });

test('a token, name and password, or nothing', async () => {
  assert.deepEqual(await headers({ token: 'secret' }), { Authorization: 'Bearer secret' });
  assert.deepEqual(await headers({}), {});
  const authorize = await requestOptions(selection({ username: 'a', password: 'b' }));
  assert.equal((await authorize()).auth, 'a:b');
});

test('a token file is read again for each request', async (t) => {
  const tokenFile = join(folder(t), 'token');
  writeFileSync(tokenFile, 'first\n');
  const authorize = await requestOptions(selection({ tokenFile }));
  assert.deepEqual((await authorize()).headers, { Authorization: 'Bearer first' });
  writeFileSync(tokenFile, 'second\n');
  assert.deepEqual((await authorize()).headers, { Authorization: 'Bearer second' });
});

test('impersonation says all that the kubeconfig says', async () => {
  const user = {
    as: 'alice',
    'as-uid': '7',
    'as-groups': ['a', 'b'],
    'as-user-extra': { 'example.com/scope': ['x'] },
  };
  assert.deepEqual(await headers(user), {
    'Impersonate-User': 'alice',
    'Impersonate-Uid': '7',
    'Impersonate-Group': ['a', 'b'],
    'Impersonate-Extra-example.com%2Fscope': ['x'],
  });
});

test('an exec plugin gives the token, knows for whom, and is asked once while it is valid', async (t) => {
  const output = credential({ token: 'secret', expirationTimestamp: '2999-01-01T00:00:00Z' });
  const seen = join(folder(t), 'seen');
  const command = plugin(
    t,
    `printf '%s\\n' "$KUBERNETES_EXEC_INFO" "$SECTION" "$*" >>${seen}; echo '${output}'`,
  );
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args: ['get token', '$(reboot)'],
    env: [{ name: 'SECTION', value: 'a b' }],
    provideClusterInfo: true,
  };
  const authorize = await requestOptions(selection({ exec }));
  const [first] = await Promise.all([authorize(), authorize(), authorize()]);
  assert.deepEqual(first?.headers, { Authorization: 'Bearer secret' });
  await authorize();
  const [info = '', section, args, ...rest] = readFileSync(seen, 'utf8').trim().split('\n');
  assert.deepEqual(JSON.parse(info), {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: 'https://10.22.0.10:6443' } },
  });
  assert.deepEqual([section, args, rest], ['a b', 'get token $(reboot)', []]);
});

test('an exec plugin that fails is named with what it says, never with what it prints', async (t) => {
  const cases: [script: string, message: RegExp][] = [
    ["printf 'not \\033[31mlogged in' >&2; exit 1", /failed: not \\x1b\[31mlogged in$/],
    ['echo "token: hunter2"', /failed: it printed no ExecCredential$/],
    ['echo \'{"token":"hunter2"}\'', /failed: it printed no ExecCredential$/],
    ['exit 3', /failed: it printed no ExecCredential$/],
  ];
  for (const [script, message] of cases) {
    await assert.rejects(headers({ exec: { command: plugin(t, script) } }), (error) => {
      assert.ok(error instanceof FailedError);
      assert.match(error.message, /^exec plugin \/\S+ of user ops of the kubeconfig failed: /);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
});

test('an exec plugin that is not installed: its own hint', async () => {
  const exec = { command: 'no-such-plugin-of-mine', installHint: 'install it from here' };
  await assert.rejects(headers({ exec }), {
    message: 'exec plugin no-such-plugin-of-mine of user ops of the kubeconfig failed: ENOENT',
    help: 'install it from here',
  });
});

test('a certificate file that is missing is named', async () => {
  await assert.rejects(headers({ 'client-certificate': '/nonexistent/ops.crt' }), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /user ops of the kubeconfig: ENOENT \/nonexistent\/ops\.crt$/);
    return true;
  });
});

test('a token that no header can carry is an error, and is not shown', async (t) => {
  const tokenFile = join(folder(t), 'token');
  writeFileSync(tokenFile, 'hunter2\nhunter2');
  const printed = credential({ token: 'hunter2\u2713' });
  const users = [{ tokenFile }, { exec: { command: plugin(t, `echo '${printed}'`) } }];
  for (const user of users) {
    await assert.rejects(headers(user), (error) => {
      assert.ok(error instanceof ExtipError);
      assert.match(error.message, /user ops of the kubeconfig/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
});
