import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import type { Plan, Step } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import { planGuard, planUnguard } from '../../src/plan/guard.ts';
import { guardRecord } from '../../src/plan/guard-record.ts';
import { planGuardSet } from '../../src/plan/guard-set.ts';
import { guardSteps } from '../../src/plan/guard-steps.ts';
import { mustBeReadable } from '../../src/plan/readable.ts';
import { planRelease } from '../../src/plan/release.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import { buildSnapshot, IP } from '../build-snapshot.ts';
import { buildObjects, endpoint } from '../calico/build-objects.ts';
import { essence, serviceOf, worldAfter } from './world.ts';

const WEB = 'svc-test-1';
const ip = parseIp(IP) as Ip;
const K0 = { node: 'k0', interface: 'ens34' };
const RUN = { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };

/** The cluster and its nodes, and what Calico's API has. */
interface World {
  snapshot: Snapshot;
  calico: CalicoObjects;
}

function entryOf({ snapshot }: World) {
  return mustBeReadable(serviceOf(snapshot, WEB)).find((entry) => entry.ip === IP);
}

/** `assign --guard`, or without it, as the command decides it. */
function assign(world: World, sources?: string[]): Plan {
  const { snapshot, calico } = world;
  const service = serviceOf(snapshot, WEB);
  const input = sources && { sources, order: null };
  const record = guardRecord(input, entryOf(world)?.guard, ip);
  const records = new Map(record ? [[serviceRef(service).uid, record]] : []);
  const request = { ip, holder: K0, records, order: null };
  const planned = record && planGuard(snapshot, calico, request);
  const steps = planned ? guardSteps(calico, ip, planned.changes, planned) : [];
  const guard = record && { record, steps, warnings: [] };
  return planAssign(snapshot, { service, ip, holder: K0, run: RUN, persist: true, guard });
}

function unguardSteps({ snapshot, calico }: World): Step[] {
  const leaving = new Set([serviceRef(serviceOf(snapshot, WEB)).uid]);
  const { changes } = planUnguard(snapshot, calico, { ip, holder: K0, leaving });
  return guardSteps(calico, ip, changes, null);
}

function release(world: World): Plan {
  const { snapshot } = world;
  const service = serviceOf(snapshot, WEB);
  const guard = entryOf(world)?.guard && unguardSteps(world);
  return planRelease(snapshot, { service, ip, holderGone: false, guard });
}

function unguard(world: World): Plan {
  const entry = entryOf(world);
  assert.ok(entry);
  const users = [{ service: serviceOf(world.snapshot, WEB), entry }];
  return planGuardSet(users, () => null, entry.guard ? unguardSteps(world) : []);
}

function after(world: World, steps: readonly Step[]): World {
  return steps.reduce(({ snapshot, calico }, { action }): World => {
    if (action.type !== 'change-calico') return { snapshot: worldAfter(snapshot, action), calico };
    return { snapshot, calico: afterChanges(calico, [action.change]) };
  }, world);
}

function done(world: World, plan: Plan): World {
  return after(world, plan.steps);
}

function essenceOf({ snapshot, calico }: World): unknown {
  const objects = [...calico.hostEndpoints, ...calico.globalPolicies].map(({ metadata, spec }) => ({
    name: metadata.name,
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
  }));
  return [essence(snapshot), objects.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

const ONE = ['20.1.0.165/32'];
const MORE = ['20.1.0.0/24'];

const CALICOS: [name: string, calico: CalicoObjects][] = [
  ['Calico has no host endpoints', buildObjects()],
  [
    'k0 has an automatic endpoint, k2 one of the interface',
    buildObjects({
      hostendpoints: [
        endpoint('k0-auto', { interfaceName: '*' }, { zone: 'dmz' }),
        endpoint('perimeter', { node: 'k2' }),
      ],
    }),
  ],
];

for (const [name, calico] of CALICOS) {
  const initial: World = { snapshot: buildSnapshot(), calico };
  const guarded = done(initial, assign(initial, ONE));
  const open = done(initial, assign(initial));

  test(`${name}: a guard that is cut off anywhere is finished, or undone, by one command`, () => {
    const plan = assign(initial, ONE);
    for (const [index, { id }] of plan.steps.entries()) {
      const cut = after(initial, plan.steps.slice(0, index + 1));
      const finished = done(cut, assign(cut, ONE));
      assert.deepEqual(essenceOf(finished), essenceOf(guarded), `assign again, after ${id}`);
      const undone = done(cut, release(cut));
      assert.deepEqual(essenceOf(undone), essenceOf(initial), `release, after ${id}`);
    }
  });

  test(`${name}: so is a change of its sources, which assign alone finishes, too`, () => {
    const plan = assign(guarded, MORE);
    const changed = done(guarded, plan);
    for (const [index, { id }] of plan.steps.entries()) {
      const cut = after(guarded, plan.steps.slice(0, index + 1));
      assert.deepEqual(essenceOf(done(cut, assign(cut))), essenceOf(changed), `after ${id}`);
      assert.deepEqual(essenceOf(done(cut, assign(cut, ONE))), essenceOf(guarded), `after ${id}`);
      assert.deepEqual(essenceOf(done(cut, release(cut))), essenceOf(initial), `after ${id}`);
    }
  });

  test(`${name}: so is its end`, () => {
    for (const [index, { id }] of unguard(guarded).steps.entries()) {
      const cut = after(guarded, unguard(guarded).steps.slice(0, index + 1));
      assert.deepEqual(essenceOf(done(cut, unguard(cut))), essenceOf(open), `after ${id}`);
      assert.deepEqual(essenceOf(done(cut, assign(cut, ONE))), essenceOf(guarded), `after ${id}`);
      assert.deepEqual(essenceOf(done(cut, release(cut))), essenceOf(initial), `after ${id}`);
    }
  });

  test(`${name}: a release that is cut off anywhere is finished by itself`, () => {
    const plan = release(guarded);
    for (const [index, { id }] of plan.steps.entries()) {
      const cut = after(guarded, plan.steps.slice(0, index + 1));
      assert.deepEqual(essenceOf(done(cut, release(cut))), essenceOf(initial), `after ${id}`);
    }
  });

  test(`${name}: what the undo takes back, the same command makes again`, () => {
    const plan = assign(initial, ONE);
    const [arm] = plan.steps.flatMap(({ action }) => (action.type === 'arm-undo' ? [action] : []));
    assert.ok(arm);
    for (const [index, { id }] of plan.steps.entries()) {
      const cut = after(initial, plan.steps.slice(0, index + 1));
      const undone: World = { ...cut, calico: afterChanges(cut.calico, arm.undo) };
      assert.deepEqual(essenceOf({ ...undone, snapshot: initial.snapshot }), essenceOf(initial));
      assert.deepEqual(essenceOf(done(undone, assign(undone))), essenceOf(guarded), `after ${id}`);
    }
  });

  test(`${name}: a rollback from anywhere leaves what was there`, () => {
    const plan = assign(initial, ONE);
    for (const [index, { id }] of plan.steps.entries()) {
      const cut = plan.steps.slice(0, index + 1);
      const back = cut
        .toReversed()
        .flatMap((step): Step[] => (step.inverse ? [{ ...step, action: step.inverse }] : []));
      assert.deepEqual(essenceOf(after(initial, [...cut, ...back])), essenceOf(initial), id);
    }
  });
}
