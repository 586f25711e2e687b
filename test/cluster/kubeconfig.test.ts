import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { stringify } from 'yaml';
import { kubeconfigFiles, selectFrom } from '../../src/cluster/kubeconfig.ts';
import { UsageError } from '../../src/errors.ts';

/** Writes the files into a folder of the test's own and returns their paths. */
function files(t: TestContext, ...contents: (object | string)[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'extip-kubeconfig-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return contents.map((content, i) => {
    const file = join(folder, String(i), 'config');
    mkdirSync(dirname(file));
    writeFileSync(file, typeof content === 'string' ? content : stringify(content));
    return file;
  });
}

const SERVER = 'https://10.22.0.10:6443';

function config({ server = SERVER, user = {}, context = {} }: Record<string, unknown> = {}) {
  return {
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster: { server } }],
    users: [{ name: 'ops', user }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'ops', ...(context as object) } }],
  };
}

function usageError(run: () => unknown): UsageError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('--kubeconfig comes before KUBECONFIG, whose missing files are skipped', (t) => {
  const [first = '', second = ''] = files(t, config(), config());
  const KUBECONFIG = ['/nonexistent/config', second, ''].join(delimiter);
  assert.deepEqual(kubeconfigFiles(first, { KUBECONFIG }), [first]);
  assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG }), [second]);
  assert.deepEqual(kubeconfigFiles(undefined, { KUBECONFIG: '/nonexistent/config' }), []);
});

test('the current context chooses cluster, user and namespace', (t) => {
  const token = 'secret';
  const paths = files(t, config({ user: { token }, context: { namespace: 'web' } }));
  assert.deepEqual(selectFrom(paths, {}), {
    clusterName: 'lab',
    cluster: { server: SERVER },
    userName: 'ops',
    user: { token },
    namespace: 'web',
  });
});

test('of several files the first that names an entry wins, also for the current context', (t) => {
  const second = {
    'current-context': 'other',
    clusters: [
      { name: 'lab', cluster: { server: 'https://wrong' } },
      { name: 'other', cluster: { server: 'https://other' } },
    ],
    users: null,
    contexts: [{ name: 'other', context: { cluster: 'other' } }],
  };
  const paths = files(t, '', config(), second);
  assert.equal(selectFrom(paths, {}).cluster.server, SERVER);
  const other = selectFrom(paths, { context: 'other' });
  assert.deepEqual([other.cluster.server, other.userName, other.user], ['https://other', '', {}]);
});

test('--cluster and --user replace what the context names', (t) => {
  const more = {
    clusters: [{ name: 'other', cluster: { server: 'https://other' } }],
    users: [{ name: 'guest', user: { token: 'guest' } }],
  };
  const selection = selectFrom(files(t, config(), more), { cluster: 'other', user: 'guest' });
  assert.deepEqual([selection.clusterName, selection.userName], ['other', 'guest']);
});

test("relative paths start from their file's folder; a command of PATH stays", (t) => {
  const user = {
    'client-certificate': 'ops.crt',
    'client-key': '/etc/ops.key',
    tokenFile: '../token',
    exec: { apiVersion: 'v1', command: './login' },
  };
  const [file = ''] = files(t, config({ user }));
  const selected = selectFrom([file], {}).user;
  assert.equal(selected['client-certificate'], join(dirname(file), 'ops.crt'));
  assert.equal(selected['client-key'], '/etc/ops.key');
  assert.equal(selected.tokenFile, join(dirname(file), '..', 'token'));
  assert.equal(selected.exec?.command, join(dirname(file), 'login'));
  const plain = files(t, config({ user: { exec: { command: 'login' } } }));
  assert.equal(selectFrom(plain, {}).user.exec?.command, 'login');
});

test('what is missing is named, with the command that lists what there is', (t) => {
  const paths = files(t, config());
  const cases: [flags: object, message: RegExp, help: string][] = [
    [{ context: 'lba' }, /no context "lba"/, 'kubectl config get-contexts'],
    [{ cluster: 'x' }, /no cluster "x"/, 'kubectl config get-clusters'],
    [{ user: 'x\u001b[2J' }, /no user "x\\x1b\[2J"/, 'kubectl config get-users'],
  ];
  for (const [flags, message, help] of cases) {
    const error = usageError(() => selectFrom(paths, flags));
    assert.match(error.message, message);
    assert.equal(error.help, help);
  }
  const none = usageError(() => selectFrom(files(t, { ...config(), 'current-context': '' }), {}));
  assert.equal(none.reason, 'no-context');
});

test('values are checked where they enter', (t) => {
  const cases: [content: object | string, message: RegExp][] = [
    [config({ server: 'localhost:8080' }), /cluster lab: server: is not an http or https URL$/],
    [config({ server: 'file:///etc/passwd' }), /is not an http or https URL$/],
    [config({ server: 'https://' }), /is not an http or https URL$/],
    [config({ server: 'https://a\u001b[2J' }), /server: has control characters$/],
    [config({ server: 7 }), /cluster lab: server: /],
    [config({ user: { token: 'a\nb' } }), /user ops: token: has control characters$/],
    [config({ user: { exec: { command: '' } } }), /user ops: exec.command: /],
    [config({ user: { exec: { command: 'x', args: [1] } } }), /user ops: exec.args.0: /],
    [config({ user: [] }), /user ops: /],
    [{ clusters: 'many' }, /config: clusters: /],
    [{ clusters: [{ cluster: {} }] }, /config: clusters.0.name: /],
    ['just text', /config: Invalid input/],
    ['a: [1', /config: line 1, column \d+: not valid YAML$/],
  ];
  for (const [content, message] of cases) {
    const error = usageError(() => selectFrom(files(t, content), {}));
    assert.match(error.message, message);
    assert.equal(error.reason, 'bad-kubeconfig');
  }
});

test('a broken entry that nobody asked for is no error', (t) => {
  const broken = {
    clusters: [{ name: 'broken', cluster: { server: 'gopher://x' } }],
    users: [{ name: 'broken', user: 'text' }],
  };
  assert.equal(selectFrom(files(t, config(), broken), {}).clusterName, 'lab');
});

test('a file that cannot be read is an error that quotes nothing of it', (t) => {
  const [broken = ''] = files(t, 'users:\n- token: "hunter2\n  user: {hunter2');
  const error = usageError(() => selectFrom([broken], {}));
  assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause}`, /hunter2/);
  const missing = usageError(() => selectFrom(['/nonexistent/config'], {}));
  assert.equal(missing.message, 'kubeconfig /nonexistent/config: ENOENT');
});
