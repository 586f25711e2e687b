import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

/** The real API server of a lab; every program runs on the operator's host, as extip does. */
let lab: Lab;

/** A program with a connection, and what it prints at the end: the value it returns, or its error. */
function program(body: string, flags: object = {}): string {
  return `
    import { connect } from '/mnt/extip/src/cluster/connection.ts';
    import { acquireLock } from '/mnt/extip/src/cluster/lock.ts';
    import { readCluster } from '/mnt/extip/src/cluster/read-cluster.ts';
    import { patchService, readService } from '/mnt/extip/src/cluster/services.ts';
    const warnings = [];
    const connection = await connect(${JSON.stringify(flags)}, { onWarning: (w) => warnings.push(w) });
    const { api } = connection;
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const outcome = await (async () => {${body}})().then(
      (value) => ({ value }),
      ({ name, message, reason, fresh }) => ({ error: { name, message, reason, fresh } }),
    );
    console.log(JSON.stringify(outcome));`;
}

interface Outcome {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the program returned
  value?: any;
  error?: {
    name: string;
    message: string;
    reason: string;
    fresh?: { spec: { externalIPs: string[] } };
  };
}

function start(body: string, flags?: object): HostProcess {
  return lab.spawn('operator', ['node', '--input-type=module'], { input: program(body, flags) });
}

async function outcome({ result }: HostProcess): Promise<Outcome> {
  const { stdout, stderr } = await result;
  assert.ok(stdout, stderr);
  return JSON.parse(stdout);
}

const run = (body: string, flags?: object) => outcome(start(body, flags));

async function holder(): Promise<string> {
  const lease = ['get', 'lease', 'extip', '-n', 'kube-system', '--ignore-not-found'];
  return (await lab.kubectl(...lease, '-o', 'jsonpath={.spec.holderIdentity}')).stdout;
}

/** Waits until some other process holds the lock than `before`. */
async function held(before = ''): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const now = await holder();
    if (now && now !== before) return now;
    await sleep(100);
  }
  return assert.fail('nobody takes the lock');
}

const PATCH = `
  const ref = { namespace: 'default', name: 'svc-test-1' };
  const patch = (resourceVersion, ips, options) => patchService(api, ref, [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/spec/externalIPs', value: ips },
  ], options);
  const { metadata } = await readService(api, ref);`;

const HOLD = `
  const lock = await acquireLock(api, { timeoutSeconds: 30 });
  const alive = setInterval(() => {}, 1000);
  await new Promise((resolve) => process.once('SIGUSR2', resolve));
  clearInterval(alive);
  await lock.check();
  await lock.release();`;

const TAKE = `
  const started = performance.now();
  const lock = await acquireLock(api, { timeoutSeconds: 30 });
  const seconds = (performance.now() - started) / 1000;
  await lock.release();
  return { seconds, transitions: lock.transitions };`;

describe('against the real API server', { skip: await skipWithoutLab() }, () => {
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  test('the cluster is read as it is', async () => {
    const { value } = await run('return readCluster(connection)');
    assert.match(value.uid, /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      value.nodes.map((node: { metadata: { name: string } }) => node.metadata.name),
      ['k0', 'k2'],
    );
    assert.deepEqual(value.apiServerAddresses, ['10.1.0.180']);
    assert.deepEqual(value.ranges, [
      { kind: 'pool', cidr: '192.168.0.0/16', owner: 'IPPool default-ipv4-ippool' },
    ]);
    assert.deepEqual(value.unknown, []);
  });

  test('a user without rights is told which are missing', async () => {
    const { error } = await run('return readCluster(connection)', { context: 'nobody' });
    assert.equal(error?.reason, 'forbidden');
    assert.match(error?.message ?? '', /: 403 Forbidden: .*\(needs: (get|list) \w+\)$/);
  });

  test('a patch of the version that was read is carried out, and the server warns', async () => {
    const { value } = await run(`${PATCH}
    const { spec } = await patch(metadata.resourceVersion, ['20.1.0.99']);
    return { ips: spec.externalIPs, warnings };`);
    assert.deepEqual(value.ips, ['20.1.0.99']);
    assert.match(value.warnings.join(), /externalIPs is deprecated/);
  });

  test('a dry run changes nothing', async () => {
    const { value } = await run(`${PATCH}
    const { spec } = await patch(metadata.resourceVersion, ['20.1.0.98'], { dryRun: true });
    const after = await readService(api, ref);
    return { ips: spec.externalIPs, same: after.metadata.resourceVersion === metadata.resourceVersion };`);
    assert.deepEqual(value, { ips: ['20.1.0.98'], same: true });
  });

  test('a patch of an older version is a conflict', async () => {
    const { error } = await run(`${PATCH}
    await patch(metadata.resourceVersion, ['20.1.0.97']);
    return patch(metadata.resourceVersion, ['20.1.0.96']);`);
    assert.equal(error?.name, 'ConflictError');
    assert.deepEqual(error?.fresh?.spec.externalIPs, ['20.1.0.97']);
  });

  test('an invalid value is the refusal of the server, not a conflict', async () => {
    const { error } = await run(`${PATCH} return patch(metadata.resourceVersion, ['127.0.0.1']);`);
    assert.equal(error?.name, 'ApiError');
    assert.match(error?.message ?? '', /422 Invalid: .*may not be in the loopback range/);
  });

  test('the refusal of an admission policy is shown as it is', async () => {
    const { error } = await run(`${PATCH}
    const group = '/apis/admissionregistration.k8s.io/v1';
    const rules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['services'] }];
    await api.create(group + '/validatingadmissionpolicies', {
      metadata: { name: 'no-external-ips' },
      spec: {
        matchConstraints: { resourceRules: rules },
        validations: [{ expression: '!("20.1.0.66" in object.spec.?externalIPs.orValue([]))', message: 'not that one' }],
      },
    });
    await api.create(group + '/validatingadmissionpolicybindings', {
      metadata: { name: 'no-external-ips' },
      spec: { policyName: 'no-external-ips', validationActions: ['Deny'] },
    });
    for (let tries = 0; tries < 50; tries++) {
      const { metadata } = await readService(api, ref);
      await patch(metadata.resourceVersion, ['20.1.0.66']);
      await sleep(200);
    }`);
    assert.equal(error?.name, 'ApiError');
    assert.match(error?.message ?? '', /^patch service default\/svc-test-1: 4\d\d .*not that one/);
  });

  test('a watch sees the change', async () => {
    const { value } = await run(`${PATCH}
    const seen = [];
    const changing = sleep(300).then(() => patch(metadata.resourceVersion, ['20.1.0.95']));
    for await (const { type, object } of api.watch(
      '/api/v1/services', { resourceVersion: metadata.resourceVersion }, AbortSignal.timeout(10000),
    )) {
      seen.push([type, object.metadata.name]);
      break;
    }
    await changing;
    return seen;`);
    assert.deepEqual(value, [['MODIFIED', 'svc-test-1']]);
  });

  test('a long list comes in chunks, whole', async () => {
    const { value } = await run(`
    const path = '/api/v1/namespaces/default/configmaps';
    const names = Array.from({ length: 1101 }, (_, i) => 'many-' + i);
    while (names.length) {
      await Promise.all(names.splice(0, 50).map((name) => api.create(path, { metadata: { name } })));
    }
    const { items } = await api.list(path);
    return new Set(items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('many-'))).size;`);
    assert.equal(value, 1101);
  });

  test('six processes want the lock at once: one after the other has it', async () => {
    await run(`await api.create('/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'counter' }, data: { count: '0' },
  })`);
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        run(`
        const lock = await acquireLock(api, { timeoutSeconds: 120 });
        // An update without a resourceVersion: two at once would lose one.
        const path = '/api/v1/namespaces/default/configmaps/counter';
        const { data } = await api.get(path);
        await sleep(100);
        await lock.check();
        await api.update(path, { metadata: { name: 'counter' }, data: { count: String(Number(data.count) + 1) } });
        await lock.release();
        return lock.transitions;`),
      ),
    );
    const transitions = outcomes.map(({ value }) => value);
    assert.equal(new Set(transitions).size, 6, JSON.stringify(outcomes));
    const { value } = await run(`return api.get('/api/v1/namespaces/default/configmaps/counter')`);
    assert.equal(value.data.count, '6');
    assert.equal(await holder(), '');
  });

  test('a holder that was killed is followed at once', async () => {
    const victim = start(HOLD);
    await held();
    victim.kill('SIGKILL');
    await victim.result;
    const { value } = await run(TAKE);
    assert.ok(value.seconds < 2, `${value.seconds} s`);
  });

  test('a holder keeps the lock as long as it lives, by renewing it', async () => {
    const keeper = start(HOLD);
    await held();
    await sleep(16_000);
    keeper.kill('SIGUSR2');
    assert.deepEqual(await outcome(keeper), {});
  });

  test('a holder that was stopped loses the lock, and knows it when it wakes', async () => {
    const sleeper = start(HOLD);
    const before = await held();
    sleeper.kill('SIGSTOP');
    const { value } = await run(TAKE);
    assert.ok(value.seconds > 14 && value.seconds < 20, `${value.seconds} s`);
    const next = start(HOLD);
    await held(before);
    sleeper.kill('SIGUSR2');
    sleeper.kill('SIGCONT');
    const { error } = await outcome(sleeper);
    assert.equal(error?.reason, 'lock-lost');
    next.kill('SIGUSR2');
    assert.deepEqual(await outcome(next), {});
  });
});
