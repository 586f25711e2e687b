import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { type TestContext, test } from 'node:test';
import { inheritLock } from '../../src/cluster/inherit-lock.ts';
import { acquireLock } from '../../src/cluster/lock.ts';
import { formatIdentity, ownIdentity } from '../../src/cluster/process-identity.ts';
import { ExitCode, type ExtipError } from '../../src/errors.ts';
import type { Lease } from '../../src/snapshot/kubernetes.ts';
import { type Behaviour, json, reset, standIn, status } from './stand-in-server.ts';

const STRANGER = 'eve@elsewhere/00000000-0000-0000-0000-000000000000/1/4711/99';

/**
 * One Lease with the API server's optimistic locking, and faults at will. What the real server does
 * with it, and what many processes do to each other, is test/full/assign/real-server.full.ts's.
 */
async function leaseServer(t: TestContext, spec?: Lease['spec']) {
  let version = 1;
  const state: { lease: Lease | null; fault: Behaviour | null } = { lease: null, fault: null };
  const write = (lease: Lease) => {
    const metadata = { ...lease.metadata, uid: 'u', resourceVersion: String(++version) };
    state.lease = { ...lease, metadata };
    return state.lease;
  };
  if (spec) write({ metadata: { name: 'extip' }, spec });
  const server = await standIn(t, (request, response) => {
    const { fault } = state;
    if (fault && request.method !== 'GET') {
      state.fault = null;
      return fault(request, response);
    }
    return answer(request)(request, response);
  });
  function answer({ method, body }: { method: string; body: string }): Behaviour {
    const found = state.lease;
    if (method === 'GET') return found ? json(found) : status(404, 'not found');
    const sent = JSON.parse(body) as Lease;
    if (method === 'POST') return found ? status(409, 'it exists') : json(write(sent));
    const same = found?.metadata.resourceVersion === sent.metadata.resourceVersion;
    return same ? json(write(sent)) : status(409, 'the object has been modified');
  }
  /** Somebody else writes the Lease. */
  const disturb = (change: Lease['spec']) => {
    const lease = state.lease ?? assert.fail('there is no Lease');
    write({ ...lease, spec: { ...lease.spec, ...change } });
  };
  return { ...server, state, disturb };
}

/** Moves the wall clock, as it moves for a process that was stopped or a machine that slept. */
function later(t: TestContext, seconds: number) {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + seconds * 1000 });
}

test('the Lease is created, names this process, and stays without a holder', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  assert.equal(lock.transitions, 1);
  const { acquireTime, renewTime, ...spec } = state.lease?.spec ?? {};
  assert.deepEqual(spec, {
    holderIdentity: formatIdentity(ownIdentity()),
    leaseDurationSeconds: 15,
    leaseTransitions: 1,
  });
  assert.match(String(renewTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.equal(acquireTime, renewTime);
  assert.ok(spec.holderIdentity?.includes(`@${hostname()}/`));
  await lock.release();
  assert.equal(state.lease?.spec?.holderIdentity, undefined);
  assert.equal(state.lease?.spec?.leaseTransitions, 1);
});

test('the number rises with every acquisition, also after a clean release', async (t) => {
  const { api } = await leaseServer(t, { leaseTransitions: 41 });
  for (const transitions of [42, 43, 44]) {
    const lock = await acquireLock(api, { timeoutSeconds: 0 });
    assert.equal(lock.transitions, transitions);
    await lock.release();
  }
});

test('a dead holder of this machine is taken over at once', async (t) => {
  const dead = formatIdentity({ ...ownIdentity(), pid: 2 ** 22 + 1 });
  const { api } = await leaseServer(t, { holderIdentity: dead, leaseTransitions: 1 });
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  assert.equal(lock.transitions, 2);
  await lock.release();
});

test("another machine's holder is waited for, then named", async (t) => {
  const { api } = await leaseServer(t, { holderIdentity: STRANGER });
  const waits: string[] = [];
  const taking = acquireLock(api, { timeoutSeconds: 1, onWait: (holder) => waits.push(holder) });
  await assert.rejects(taking, (error: ExtipError) => {
    assert.equal(error.exitCode, ExitCode.lockHeld);
    assert.match(
      error.message,
      /^the lock \(lease kube-system\/extip\) is held by eve@elsewhere \(process 4711\), for [12] s that we saw$/,
    );
    return true;
  });
  assert.deepEqual(waits, ['eve@elsewhere (process 4711)']);
});

test('any text may stand in the Lease', async (t) => {
  const { api } = await leaseServer(t, { holderIdentity: '\u001b[2Jroot@a/b\n' });
  await assert.rejects(acquireLock(api, { timeoutSeconds: 0 }), /held by \\x1b\[2Jroot@a\/b\\x0a,/);
});

test('the times in the Lease say nothing: its clock is another one', async (t) => {
  const past = '2001-01-01T00:00:00.000000Z';
  const { api } = await leaseServer(t, { holderIdentity: STRANGER, renewTime: past });
  await assert.rejects(acquireLock(api, { timeoutSeconds: 0 }), { reason: 'lock-held' });
});

test('a holder that lets go is followed', async (t) => {
  const { api, disturb } = await leaseServer(t, { holderIdentity: STRANGER, leaseTransitions: 3 });
  setTimeout(() => disturb({ holderIdentity: '' }), 300);
  const lock = await acquireLock(api, { timeoutSeconds: 10 });
  assert.equal(lock.transitions, 4);
  await lock.release();
});

test('waiting ends with the signal', async (t) => {
  const { api } = await leaseServer(t, { holderIdentity: STRANGER });
  const taking = acquireLock(api, { timeoutSeconds: 60, signal: AbortSignal.timeout(100) });
  await assert.rejects(taking, { reason: 'interrupted', exitCode: ExitCode.interrupted });
});

test('somebody faster at the same moment is waited for', async (t) => {
  const { api, state, received } = await leaseServer(t, { leaseTransitions: 1 });
  state.fault = status(409, 'the object has been modified');
  const lock = await acquireLock(api, { timeoutSeconds: 10 });
  assert.equal(received.filter(({ method }) => method === 'PUT').length, 2);
  await lock.release();
});

test('always somebody faster: it says so, and names nobody', async (t) => {
  const { api } = await standIn(t, (request, response) => {
    const found = request.method === 'GET';
    return (found ? status(404, 'not found') : status(409, 'it exists'))(request, response);
  });
  await assert.rejects(acquireLock(api, { timeoutSeconds: 0 }), {
    reason: 'lock-held',
    message: /could not be taken within 0 s: 409 Conflict/,
  });
});

test('missing rights end it at once', async (t) => {
  const { api, state } = await leaseServer(t);
  state.fault = status(403, 'User "ops" cannot create resource "leases" …');
  await assert.rejects(
    acquireLock(api, { timeoutSeconds: 60 }),
    /^ApiError: create leases in namespace kube-system: 403 .*\(needs: create leases in namespace kube-system\)$/,
  );
});

test('check: a fresh lock asks nobody', async (t) => {
  const { api, received } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  const before = received.length;
  await lock.check();
  assert.equal(received.length, before);
  await lock.release();
});

test('check: after a pause the Lease is renewed first', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  later(t, 60);
  await lock.check();
  assert.notEqual(state.lease?.spec?.renewTime, state.lease?.spec?.acquireTime);
  await lock.release();
});

test('check: a Lease that somebody took meanwhile is lost, for good', async (t) => {
  const { api, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({ holderIdentity: STRANGER, leaseTransitions: 2 });
  later(t, 60);
  for (let times = 0; times < 2; times++) {
    await assert.rejects(lock.check(), { reason: 'lock-lost', message: /eve@elsewhere/ });
  }
});

test('check: taken and given back meanwhile is lost too', async (t) => {
  const { api, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({ holderIdentity: '', leaseTransitions: 2 });
  later(t, 60);
  await assert.rejects(lock.check(), { reason: 'lock-lost', message: /nobody holds it$/ });
});

test('check: a Lease that is gone is lost', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  state.lease = null;
  state.fault = status(404, 'not found');
  later(t, 60);
  await assert.rejects(lock.check(), { reason: 'lock-lost' });
});

test('check: a label that somebody put on the Lease does no harm', async (t) => {
  const { api, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({});
  later(t, 60);
  await lock.check();
  await lock.release();
});

test('check: a renewal without an answer is looked up', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  state.fault = reset;
  later(t, 60);
  await lock.check();
  await lock.release();
});

test('check: a server that fails leaves the lock unproven', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  const broken: Behaviour = (request, response) => {
    state.fault = broken;
    status(500, 'etcdserver: no leader')(request, response);
  };
  state.fault = broken;
  later(t, 60);
  await assert.rejects(lock.check(), {
    reason: 'lock-lost',
    message: /not renewed for 6\d s: .*no leader$/,
  });
  state.fault = null;
  await lock.check();
  await lock.release();
});

test('two checks at once do not take each other for a stranger', async (t) => {
  const { api } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  later(t, 60);
  await Promise.all([lock.check(), lock.check(), lock.check()]);
  await lock.release();
});

test('raise: above the number that was seen, and still ours', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  await lock.raise(41);
  assert.equal(lock.transitions, 42);
  assert.equal(state.lease?.spec?.leaseTransitions, 42);
  later(t, 60);
  await lock.check();
  await lock.release();
  assert.equal(state.lease?.spec?.leaseTransitions, 42);
  assert.equal(state.lease?.spec?.holderIdentity, undefined);
});

test('raise: a number that is higher already stays', async (t) => {
  const { api } = await leaseServer(t, { leaseTransitions: 41 });
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  await lock.raise(3);
  assert.equal(lock.transitions, 42);
  await lock.release();
});

test('raise: not over somebody who has taken the Lease since', async (t) => {
  const { api, state, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({ holderIdentity: STRANGER, leaseTransitions: 2 });
  await assert.rejects(lock.raise(2), { reason: 'lock-lost', message: /eve@elsewhere/ });
  assert.equal(lock.transitions, 1);
  assert.equal(state.lease?.spec?.leaseTransitions, 2);
  await assert.rejects(lock.raise(2), { reason: 'lock-lost' });
});

test('raise: not over somebody who has taken it and given it back', async (t) => {
  const { api, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({ holderIdentity: '', leaseTransitions: 2 });
  await assert.rejects(lock.raise(2), { reason: 'lock-lost' });
});

test('raise: one that went through without an answer is looked up', async (t) => {
  const { api, state, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  state.fault = (request, response) => {
    disturb(JSON.parse(request.body).spec);
    reset(request, response);
  };
  await lock.raise(41);
  assert.equal(lock.transitions, 42);
  await lock.release();
  assert.equal(state.lease?.spec?.holderIdentity, undefined);
});

test('release never fails, and twice is once', async (t) => {
  const { api, state, received } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  state.fault = status(500, 'no');
  await lock.release();
  const before = received.length;
  await lock.release();
  assert.equal(received.length, before);
});

test('a lock that is lost is not released: it is another one’s', async (t) => {
  const { api, state, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  disturb({ holderIdentity: STRANGER, leaseTransitions: 2 });
  await lock.release();
  assert.equal(state.lease?.spec?.holderIdentity, STRANGER);
});

test('outlast: a dead holder of this machine keeps the lock for its undo', async (t) => {
  const { api, state, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  await lock.outlast(75);
  assert.equal(state.lease?.spec?.leaseDurationSeconds, 75);
  await lock.check();
  // As if it had been killed now.
  const dead = formatIdentity({ ...ownIdentity(), pid: 2 ** 22 + 1 });
  disturb({ holderIdentity: dead });
  await assert.rejects(acquireLock(api, { timeoutSeconds: 1 }), { reason: 'lock-held' });
  disturb({ leaseDurationSeconds: 15 });
  const next = await acquireLock(api, { timeoutSeconds: 0 });
  assert.equal(next.transitions, 2);
  assert.equal(state.lease?.spec?.leaseDurationSeconds, 15);
  await next.release();
});

test('outlast: a lock that is given back is free at once', async (t) => {
  const { api } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  await lock.outlast(75);
  await lock.release();
  await (await acquireLock(api, { timeoutSeconds: 0 })).release();
});

test('inherit: the undo of a run has its lock with the same number, and the run has lost it', async (t) => {
  const { api, state } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  const { hold } = lock;
  const heir = await inheritLock(api, hold);
  assert.equal(heir.transitions, 1);
  assert.match(state.lease?.spec?.holderIdentity ?? '', /^undo of .*@.* \(process \d+\)$/);
  // Wherever else it is carried out.
  const other = await inheritLock(api, hold);
  later(t, 60);
  await assert.rejects(lock.check(), { reason: 'lock-lost', message: /undo of .* holds it$/ });
  await heir.check();
  await other.check();
  await other.release();
  assert.equal(state.lease?.spec?.holderIdentity, undefined);
  await (await inheritLock(api, hold)).release();
  await heir.release();
});

test('inherit: not over another run', async (t) => {
  const { api, disturb } = await leaseServer(t);
  const lock = await acquireLock(api, { timeoutSeconds: 0 });
  const { hold } = lock;
  for (const spec of [
    { holderIdentity: STRANGER, leaseTransitions: 2 },
    { holderIdentity: '', leaseTransitions: 2 },
    // After the Lease was restored from a backup.
    { holderIdentity: STRANGER, leaseTransitions: 1 },
  ]) {
    disturb(spec);
    await assert.rejects(inheritLock(api, hold), { reason: 'lock-taken' });
  }
  await lock.release();
});
