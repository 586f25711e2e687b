import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realRunner } from '../../src/apply/runner.ts';
import type { Session } from '../../src/apply/session.ts';
import { ApiError } from '../../src/cluster/api-error.ts';
import { changedService, type JsonPatchOperation } from '../../src/plan/service-patch.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';
import { buildAssignment, buildService, buildSnapshot, IP } from '../build-snapshot.ts';
import { patchedByServer } from '../plan/apply-json-patch.ts';

const service = buildService();
const ref = { namespace: 'default', name: 'svc-test-1', uid: 'uid-svc-test-1' };
const record = {
  type: 'change-service' as const,
  service: ref,
  change: { ip: IP, assignment: buildAssignment({ phase: 'assigning' }) },
};
const forget = { ...record, change: { ip: IP, assignment: null } };
const AWAY = new Error('no answer');

/** A runner on a server that answers so many patches. */
function runner(answers: number) {
  let stored: Service = service;
  let left = answers;
  const api = {
    getOrNull: async () => stored,
    patch: async () => {
      if (left === 0) throw AWAY;
      left -= 1;
      stored = changedService(stored, record.change);
      return stored;
    },
  };
  return runnerOn(api);
}

function runnerOn(api: object) {
  const session = { connection: { api }, fieldManager: 'extip' } as unknown as Session;
  const nothing = async () => {};
  const hold = { uid: 'u', transitions: 1, holderIdentity: 'us' };
  const calls = { check: nothing, raise: nothing, outlast: nothing, release: nothing };
  const lock = { transitions: 1, hold, ...calls };
  return realRunner({ session, onStep() {} }, buildSnapshot({ services: [service] }), lock);
}

test('a change that was not answered may have been made: how to take it back is said', async () => {
  const tried = runner(0);
  await assert.rejects(tried.perform(record), AWAY);
  assert.match(tried.commands([forget])[0] ?? '', /^kubectl patch service .*"remove"/);
});

test('a change that was not taken back is still to be taken back', async () => {
  const tried = runner(1);
  await tried.perform(record);
  await assert.rejects(tried.perform(forget), AWAY);
  assert.match(tried.commands([forget])[0] ?? '', /^kubectl patch service .*"remove"/);
});

test('a patch that comes late, after it was taken back, is refused: the Service has moved on', async () => {
  const unknown = new ApiError(
    { verb: 'patch', target: { resource: 'services' }, path: '' } as never,
    'no answer',
    { reason: 'no-answer', status: 0, outcomeUnknown: true } as never,
  );
  let stored = service;
  let late: readonly JsonPatchOperation[] | undefined;
  const tried = runnerOn({
    getOrNull: async () => stored,
    patch: async (_: string, operations: readonly JsonPatchOperation[]) => {
      if (late) {
        stored = patchedByServer(stored, operations);
        return stored;
      }
      late = operations;
      throw unknown;
    },
  });
  await assert.rejects(tried.perform(record), unknown);
  await tried.perform(forget);

  assert.throws(() => patchedByServer(stored, late ?? []), /test of \/metadata\/resourceVersion/);
  const { resourceVersion: _, ...metadata } = stored.metadata;
  const { resourceVersion: __, ...before } = service.metadata;
  assert.deepEqual({ metadata, spec: stored.spec }, { metadata: before, spec: service.spec });
});

test('an external IP that a hand adds before the record is written is not recorded as extip’s', async () => {
  const byHand = { ...service, spec: { ...service.spec, externalIPs: [IP] } };
  let stored = service;
  const tried = runnerOn({
    getOrNull: async () => stored,
    patch: async () => {
      stored = { ...byHand, metadata: { ...service.metadata, resourceVersion: '2' } };
      throw new ApiError({ verb: 'patch', target: { resource: 'services' } } as never, 'conflict', {
        reason: 'conflict',
        status: 409,
      });
    },
  });
  const open = { ...record, change: { ...record.change, listed: false } };
  await assert.rejects(tried.perform(open), {
    exitCode: 1,
    reason: 'plan-changed',
    message: `somebody put ${IP} into spec.externalIPs of default/svc-test-1 meanwhile`,
    nothingChanged: true,
  });
});
