import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromValue } from '../../src/net/ip.ts';
import type { Plan } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import { planChanges, samePlan } from '../../src/plan/compare.ts';
import { planRelease } from '../../src/plan/release.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';

const ip = fromValue(4, 335_610_023n);
const holder = { node: 'k0', interface: 'ens34' };

function plan(k0: Parameters<typeof buildNodeState>[1] = {}, run = 'run-1', at = '10:00'): Plan {
  const service = buildService();
  const snapshot = buildSnapshot({ services: [service] }, [buildNodeState('k0', k0)]);
  return planAssign(snapshot, {
    service,
    ip,
    holder,
    run: { id: run, by: run, at },
    persist: true,
  });
}

test('a plan is the same whoever carries it out, and when', () => {
  assert.equal(samePlan(plan(), plan({}, 'run-2', '11:00')), true);
});

test('a release is the same whatever else is in the list that it takes its address from', () => {
  const release = (...others: string[]) => {
    const spec = { externalIPs: [IP, ...others] };
    const service = buildAssigned([buildAssignment()], {}, spec);
    return planRelease(buildSnapshot({ services: [service] }), { service, ip, holderGone: false });
  };
  assert.equal(samePlan(release(), release('20.1.0.9')), true);
});

test('a release is the same whatever becomes of the endpoints and of the other nodes meanwhile', () => {
  const service = buildAssigned([buildAssignment()]);
  const release = (...[cluster, nodes]: Parameters<typeof buildSnapshot>) => {
    const snapshot = buildSnapshot({ services: [service], ...cluster }, nodes);
    return planRelease(snapshot, { service, ip, holderGone: false });
  };
  const k0 = buildNodeState('k0');
  assert.equal(samePlan(release(), release({ endpointSlices: [] })), true);
  assert.equal(samePlan(release(), release({}, [k0, buildUnread('k2')])), true);
});

test('a plan is the same when other runs have made or taken away what restores after a boot', () => {
  const can = (unit: 'absent' | 'current') => ({ restore: { unit, obstacle: null } });
  assert.equal(samePlan(plan(can('absent')), plan(can('current'))), true);

  const service = buildAssigned([buildAssignment()]);
  const release = (...others: string[]) => {
    const records = [IP, ...others].map((each) => buildRecord({ ip: each, persist: true }));
    const k0 = buildNodeState('k0', { ...can('current'), extra: [{ ip: IP }], records });
    const snapshot = buildSnapshot({ services: [service] }, [k0]);
    return planRelease(snapshot, { service, ip, holderGone: false });
  };
  const restores = ({ steps }: Plan) => JSON.stringify(steps).includes('"restore":"remove"');
  assert.deepEqual([restores(release()), restores(release('20.1.0.9'))], [true, false]);
  assert.equal(samePlan(release('20.1.0.9'), release()), true);
});

test('a plan is another one when a step came or went, and it is said which', () => {
  const after = plan({ extra: [{ ip: IP }] });
  assert.equal(samePlan(plan(), after), false);
  assert.deepEqual(planChanges(plan(), after), ['no longer: add 20.1.0.167/32 to ens34 on k0']);
  assert.deepEqual(planChanges(after, plan()), ['now also: add 20.1.0.167/32 to ens34 on k0']);
});

test('a plan is another one when the same steps start from other records', () => {
  const shared = (name: string) => {
    const user = { namespace: 'default', name, uid: `uid-${name}`, runId: 'run-1' };
    return plan({ records: [buildRecord({ services: [user] })] });
  };
  assert.equal(samePlan(shared('a'), shared('b')), false);
  assert.deepEqual(planChanges(shared('a'), shared('b')), ['the records that it starts from']);
});
