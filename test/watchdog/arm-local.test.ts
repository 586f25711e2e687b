import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../src/cluster/lock.ts';
import { armLocal } from '../../src/watchdog/arm-local.ts';
import type { WatchdogOrder } from '../../src/watchdog/order.ts';
import type { CalicoStandIn } from '../cluster/calico-stand-in.ts';
import { hang, reset, status } from '../cluster/stand-in-server.ts';
import {
  childrenOf,
  ENDPOINT,
  ground,
  guardObjects,
  isAlive,
  LEASE,
  lease,
  POLICY,
  until,
} from './ground.ts';

const ALL = [`DELETE ${ENDPOINT}`, `DELETE ${POLICY}`];

const HEIR = 'undo of root@ops1 (process 4711)';

function holderOf({ objects }: CalicoStandIn): string | undefined {
  const { holderIdentity } = (objects.get(LEASE)?.spec ?? {}) as { holderIdentity?: string };
  return holderIdentity;
}

/** But for the lock, which the watchdog takes where it is free. */
function isTakenBack({ objects }: CalicoStandIn): boolean {
  return !objects.has(ENDPOINT) && !objects.has(POLICY);
}

/** The watchdog that this process, or another one, has started. */
function watchdogOf(pid: number): number {
  const found = childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith('extip-watchdog'),
  );
  assert.equal(found.length, 1);
  return found[0] as number;
}

describe('a watchdog that is disarmed in time', () => {
  it('has changed nothing, and is gone', async (t) => {
    const { writes, order } = await ground(t, guardObjects());
    const watchdog = await armLocal(order(1));
    const pid = watchdogOf(process.pid);
    await watchdog.disarm();
    assert.equal(isAlive(pid), false);
    await sleep(1500);
    assert.deepEqual(writes(), []);
    assert.equal(watchdog.alarm.aborted, false);
  });

  it('is disarmed a second time without harm', async (t) => {
    const { order } = await ground(t);
    const watchdog = await armLocal(order(60));
    await watchdog.disarm();
    await watchdog.disarm();
  });
});

describe('a watchdog whose time is up', { concurrency: true }, () => {
  it('takes back what was done, in order, and whoever started it learns of it', async (t) => {
    const { writes, order } = await ground(t, guardObjects());
    const watchdog = await armLocal(order(1));
    await until('the alarm', () => watchdog.alarm.aborted);
    assert.equal(watchdog.alarm.reason.reason, 'watchdog-fired');
    await assert.rejects(watchdog.disarm(), {
      reason: 'watchdog-fired',
      exitCode: 1,
      message:
        'the watchdog on this machine has fired: it was not disarmed within 1 s; what was done is taken back',
    });
    assert.deepEqual(writes(), ALL);
  });

  it('takes nothing of what somebody else put there', async (t) => {
    const { calico, order } = await ground(t);
    const watchdog = await armLocal(order(1));
    calico.objects.set(ENDPOINT, { ...guardObjects({})[ENDPOINT] } as never);
    calico.objects.set(POLICY, { ...guardObjects()[POLICY] } as never);
    await until('the alarm', () => watchdog.alarm.aborted);
    await assert.rejects(watchdog.disarm(), /what was done is taken back$/);
    assert.deepEqual([...calico.objects.keys()], [LEASE, ENDPOINT]);
  });

  const FAULTS = {
    'refuses connections after a reset': reset,
    'answers 503': status(503, 'etcd has no leader'),
    'forbids it for a while': status(403, 'forbidden'),
    'answers with nothing': hang,
  };
  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`tries until an API that ${what} has taken each change`, async (t) => {
      const { calico, writes, broken, order } = await ground(t, guardObjects());
      const watchdog = await armLocal(order(0.2));
      broken.behave = fault;
      await until('the alarm', () => watchdog.alarm.aborted);
      await sleep(1500);
      assert.deepEqual(writes(), []);
      broken.behave = null;
      await until('all is taken back', () => isTakenBack(calico), 30);
      assert.deepEqual(writes(), ALL);
    });
  }

  it('takes back the others where one is refused', async (t) => {
    const { calico, writes, broken, order } = await ground(t, guardObjects());
    const watchdog = await armLocal(order(0.2));
    broken.behave = (request, response) =>
      (request.method === 'DELETE' && request.url.includes('hostendpoints')
        ? status(403, 'forbidden')
        : calico.behave)(request, response);
    await until('the policy is gone', () => writes().length === 1);
    await assert.rejects(watchdog.disarm(), /it is still taking back what was done$/);
    broken.behave = null;
    await until('all is taken back', () => isTakenBack(calico));
  });
});

describe('another run that has the lock since', { concurrency: true }, () => {
  const OTHERS = {
    'and holds it': lease({ leaseTransitions: 8, holderIdentity: 'eve@elsewhere/x/1/2/3' }),
    'and has given it back': lease({ leaseTransitions: 8, holderIdentity: undefined }),
    'of another Lease, which counts anew': {
      ...lease(),
      metadata: { name: 'extip', uid: 'another' },
    },
    'with the same number, after a Lease that was restored': lease({
      holderIdentity: 'eve@elsewhere/x/1/2/3',
    }),
  };
  for (const [what, other] of Object.entries(OTHERS)) {
    it(`${what} keeps what is there: the watchdog only ends`, async (t) => {
      const { calico, order } = await ground(t, guardObjects());
      const watchdog = await armLocal(order(1));
      calico.objects.set(LEASE, {
        ...other,
        metadata: { ...other.metadata, resourceVersion: '9' },
      });
      await until('the alarm', () => watchdog.alarm.aborted);
      await assert.rejects(watchdog.disarm(), /it could not take back all that was done$/);
      assert.deepEqual(calico.writes, []);
    });
  }
});

describe('whoever armed the watchdog', () => {
  /** Another process arms it, in a session of its own, as extip in a terminal. */
  async function elsewhere(t: TestContext, order: WatchdogOrder): Promise<ChildProcess> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'arm-and-wait.ts')], {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    child.stdin?.end(JSON.stringify(order));
    const [said] = await once(child.stdout as NodeJS.EventEmitter, 'data');
    assert.equal(String(said), 'armed\n');
    return child;
  }

  it('may be killed: the pipe ends, and all is taken back', async (t) => {
    const { calico, order } = await ground(t, guardObjects());
    const child = await elsewhere(t, order(1.5));
    const pid = watchdogOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'close');
    await sleep(500);
    assert.ok(isAlive(pid));
    assert.ok(!isTakenBack(calico));
    await until('all is taken back', () => isTakenBack(calico));
    await until('the watchdog is gone', () => !isAlive(pid), 30);
  });

  it('may be killed: nobody else gets the lock until all is taken back', async (t) => {
    const { calico, order, api } = await ground(t, guardObjects());
    const child = await elsewhere(t, order(6));
    const pid = watchdogOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await until('the watchdog has the lock', () => holderOf(calico) === HEIR);
    assert.equal(calico.objects.size, 3);
    await assert.rejects(acquireLock(api, { timeoutSeconds: 1 }), {
      reason: 'lock-held',
      message: /is held by undo of root@ops1 \(process 4711\), /,
    });
    await until('all is taken back', () => isTakenBack(calico));
    await until('it is free', () => !holderOf(calico));
    await until('the watchdog is gone', () => !isAlive(pid));
  });

  for (const signal of ['SIGHUP', 'SIGINT'] as const) {
    it(`may get ${signal} with all of its terminal: the watchdog stays`, async (t) => {
      const { calico, order } = await ground(t, guardObjects());
      const child = await elsewhere(t, order(1.5));
      const pid = watchdogOf(child.pid ?? 0);
      process.kill(-(child.pid ?? 0), signal);
      process.kill(pid, signal);
      await once(child, 'close');
      await sleep(300);
      assert.ok(isAlive(pid));
      await until('all is taken back', () => isTakenBack(calico));
    });
  }

  it('learns that the watchdog was killed', async (t) => {
    const { order } = await ground(t);
    const watchdog = await armLocal(order(60));
    process.kill(watchdogOf(process.pid), 'SIGKILL');
    await until('the alarm', () => watchdog.alarm.aborted);
    assert.equal(watchdog.alarm.reason.reason, 'watchdog-lost');
    await watchdog.disarm();
  });

  it('does not wait for ever for one that does not answer', async (t) => {
    const { order } = await ground(t);
    const watchdog = await armLocal(order(60));
    const pid = watchdogOf(process.pid);
    process.kill(pid, 'SIGSTOP');
    await watchdog.disarm();
    assert.equal(isAlive(pid), false);
  });
});

it('a watchdog that somebody ends takes back at once: nobody else would', async (t) => {
  const { calico, order } = await ground(t, guardObjects());
  const watchdog = await armLocal(order(60));
  const pid = watchdogOf(process.pid);
  process.kill(pid, 'SIGTERM');
  await until('the alarm', () => watchdog.alarm.aborted);
  await until('all is taken back', () => isTakenBack(calico));
  await until('the watchdog is gone', () => !isAlive(pid), 30);
});

describe('there is no watchdog', () => {
  it('where the API does not answer it as it should', async (t) => {
    const { broken, order } = await ground(t);
    broken.behave = status(403, 'User "u" cannot get resource "hostendpoints" in …');
    await assert.rejects(armLocal(order(60)), {
      reason: 'watchdog-not-armed',
      exitCode: 1,
      nothingChanged: true,
      message: /^no watchdog on this machine: get hostendpoint k0-ens34: 403 Forbidden/,
      help: 'see docs/permissions.md',
    });
    await until('it is gone', () => !childrenOf(process.pid).some(isAlive), 30);
  });

  it('where the kubeconfig leads nowhere', async (t) => {
    const { order } = await ground(t);
    const flags = { kubeconfig: '/nonexistent/config' };
    await assert.rejects(armLocal({ ...order(60), flags }), { reason: 'watchdog-not-armed' });
  });
});

it('what it is told is in no argument and no environment', async (t) => {
  const { order, kubeconfig } = await ground(t);
  const watchdog = await armLocal(order(60));
  const pid = watchdogOf(process.pid);
  const shown = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
  assert.doesNotMatch(shown.join(), /secret-token|k0-ens34/);
  assert.ok(!shown.join().includes(kubeconfig));
  await watchdog.disarm();
});
