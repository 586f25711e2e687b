import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import { guardChanges } from '../../src/calico/guard-changes.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import type { Ip } from '../../src/net/ip.ts';
import { parseIp } from '../../src/net/ip.ts';
import type { Plan, Step } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import { type GuardRequest, planGuard, planUnguard } from '../../src/plan/guard.ts';
import { guardRecord, mustNotBeGuarded } from '../../src/plan/guard-record.ts';
import { type GuardUser, planGuardSet } from '../../src/plan/guard-set.ts';
import { guardSteps } from '../../src/plan/guard-steps.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import type { Assignment, GuardRecord } from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildService,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';
import { buildObjects } from '../calico/build-objects.ts';

const ip = parseIp(IP) as Ip;
const K0 = { node: 'k0', interface: 'ens34' };
const CLIENT: GuardRecord = { sources: ['20.1.0.165/32'] };
const NOTHING = buildObjects();

const web = (changes: Partial<Assignment> = {}) => buildAssigned([buildAssignment(changes)]);
const secure = (changes: Partial<Assignment> = {}) =>
  buildAssigned(
    [buildAssignment(changes)],
    { name: 'secure' },
    { externalIPs: [IP], ports: [{ port: 443, protocol: 'TCP' }] },
  );

function request(records: Record<string, GuardRecord> = {}): GuardRequest {
  return { ip, holder: K0, records: new Map(Object.entries(records)), order: null };
}

const FOR_WEB = request({ 'uid-svc-test-1': CLIENT });

function titles(steps: readonly Step[]): string[] {
  return steps.map(({ sign, title }) => `${sign} ${title}`);
}

function stepsOf(snapshot: Snapshot, calico: CalicoObjects = NOTHING): Step[] {
  const planned = planGuard(snapshot, calico, FOR_WEB);
  return guardSteps(calico, ip, planned.changes, planned);
}

const GUARD_STEPS = [
  '= arm the undo (here): without a word from here the guard is taken back in 60 s',
  '+ GlobalNetworkPolicy extip-allow-20-1-0-167: 20.1.0.167 lets in 80/TCP from 20.1.0.165/32',
  '+ GlobalNetworkPolicy extip-deny-20-1-0-167: all else to 20.1.0.167 is denied',
  '+ HostEndpoint k0-ens34: policies of 20.1.0.167 hold at ens34 of k0',
  '+ HostEndpoint k2-ens34: policies of 20.1.0.167 hold at ens34 of k2',
  '= prove over new connections that nothing else was cut off, and disarm the undo',
];

describe('the guard of an assignment', () => {
  it('covers the holder, and the other nodes on the segment', () => {
    const { covered, services } = planGuard(buildSnapshot(), NOTHING, FOR_WEB);
    assert.deepEqual(covered, [K0, { node: 'k2', interface: 'ens34' }]);
    assert.deepEqual(services, [
      {
        key: 'default/svc-test-1',
        ports: [{ port: 80, protocol: 'TCP' }],
        sources: CLIENT.sources,
      },
    ]);
  });

  it('does not hold at a node that cannot be read, which is said with what to do', () => {
    const snapshot = buildSnapshot({}, [buildNodeState('k0'), buildUnread('k2')]);
    const guarded = afterChanges(NOTHING, planGuard(buildSnapshot(), NOTHING, FOR_WEB).changes);
    const warnings = (calico: CalicoObjects) => planGuard(snapshot, calico, FOR_WEB).warnings;
    assert.deepEqual(warnings(NOTHING), [
      'k2 is unreachable (No route to host): 20.1.0.167 is not guarded there, and a host that routes through it gets past the guard; once it answers: extip guard set 20.1.0.167',
    ]);
    assert.deepEqual(warnings(guarded), [
      'k2 is unreachable (No route to host): it keeps the host endpoints that it has, and others may be missing; once it answers: extip guard set 20.1.0.167',
    ]);
    assert.deepEqual(planGuard(buildSnapshot(), NOTHING, FOR_WEB).warnings, []);
  });

  it('is there before the address is', () => {
    const snapshot = buildSnapshot();
    const [service = buildService()] = snapshot.cluster.services;
    const run = { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };
    const guard = { record: CLIENT, steps: stepsOf(snapshot), warnings: [] };
    const plan = planAssign(snapshot, { service, ip, holder: K0, run, persist: true, guard });
    assert.deepEqual(titles(plan.steps).slice(0, 8), [
      '+ record the assignment on the Service',
      ...GUARD_STEPS,
      '+ record the address on k0',
    ]);
    const [first] = plan.steps;
    assert.ok(first?.action.type === 'change-service');
    assert.deepEqual(first.action.change.assignment?.guard, CLIENT);
  });

  it('has nothing to do the second time', () => {
    const services = [web({ guard: CLIENT })];
    const { changes } = guardChanges(NOTHING, {
      ...planGuard(buildSnapshot({ services }), NOTHING, request()),
      ...{ ip, order: null, nodes: new Set(['k0', 'k2']) },
      places: [K0, { node: 'k2', interface: 'ens34' }].map((one) => ({ ...one, addresses: [] })),
    });
    assert.deepEqual(stepsOf(buildSnapshot({ services }), afterChanges(NOTHING, changes)), []);
  });

  it('is that of all Services of the address', () => {
    const services = [web(), secure({ guard: { sources: null } })];
    const planned = planGuard(buildSnapshot({ services }), NOTHING, FOR_WEB);
    assert.deepEqual(
      planned.services.map(({ key, sources }) => [key, sources]),
      [
        ['default/secure', null],
        ['default/svc-test-1', CLIENT.sources],
      ],
    );
  });

  it('of one Service is refused while another one has none: it would be closed', () => {
    const services = [web(), secure()];
    assert.throws(() => planGuard(buildSnapshot({ services }), NOTHING, FOR_WEB), {
      reason: 'shared-unguarded',
      message: /^20\.1\.0\.167 also serves default\/secure, without a guard/,
    });
  });

  it('must be asked for by a Service that comes to share a guarded address', () => {
    const services = [buildService(), secure({ guard: CLIENT })];
    const snapshot = buildSnapshot({ services });
    assert.throws(() => mustNotBeGuarded(snapshot, serviceRef(buildService()), ip), {
      reason: 'guarded',
      help: 'guard this one, too: extip assign default/svc-test-1 20.1.0.167 --guard',
    });
    mustNotBeGuarded(buildSnapshot(), serviceRef(buildService()), ip);
  });
});

describe('what a Service leaves behind', () => {
  const guarded = () => {
    const snapshot = buildSnapshot({
      services: [web({ guard: CLIENT }), secure({ guard: CLIENT })],
    });
    const { changes } = planGuard(snapshot, NOTHING, request());
    return { snapshot, calico: afterChanges(NOTHING, changes) };
  };
  const leave = (...uids: string[]) => {
    const { snapshot, calico } = guarded();
    const leaving = new Set(uids);
    return titles(
      guardSteps(
        calico,
        ip,
        planUnguard(snapshot, calico, { ip, holder: K0, leaving }).changes,
        null,
      ),
    );
  };

  it('is the guard of the others', () => {
    assert.deepEqual(leave('uid-svc-test-1'), [
      '~ GlobalNetworkPolicy extip-allow-20-1-0-167: 20.1.0.167 lets in 443/TCP from 20.1.0.165/32',
    ]);
  });

  it('is nothing, where it was the last', () => {
    assert.deepEqual(leave('uid-svc-test-1', 'uid-secure'), [
      '- delete HostEndpoint k0-ens34',
      '- delete HostEndpoint k2-ens34',
      '- delete GlobalNetworkPolicy extip-deny-20-1-0-167',
      '- delete GlobalNetworkPolicy extip-allow-20-1-0-167',
    ]);
  });
});

describe('guard set', () => {
  const plan = (
    changes: Partial<Assignment>,
    record: GuardRecord | null,
    steps: Step[] = [],
  ): Plan => {
    const service = web(changes);
    const users: GuardUser[] = [{ service, entry: buildAssignment(changes) }];
    return planGuardSet(users, () => record, steps);
  };

  it('says in the record that something is under way, and at the end what is', () => {
    const { steps } = plan({}, CLIENT, stepsOf(buildSnapshot()));
    assert.deepEqual(titles(steps), [
      '~ record on default/svc-test-1 that its guard changes',
      ...GUARD_STEPS,
      '~ record on default/svc-test-1 that the guard is complete',
    ]);
    const records = steps.flatMap(({ action }) =>
      action.type === 'change-service' ? [action.change.assignment] : [],
    );
    assert.deepEqual(records, [
      buildAssignment({ phase: 'assigning', guard: CLIENT }),
      buildAssignment({ guard: CLIENT }),
    ]);
  });

  it('has nothing to do where it is so already', () =>
    assert.deepEqual(plan({ guard: CLIENT }, CLIENT).steps, []));

  it('that was cut off is finished by the same command', () =>
    assert.deepEqual(titles(plan({ guard: CLIENT, phase: 'assigning' }, CLIENT).steps), [
      '~ record on default/svc-test-1 that the guard is complete',
    ]));

  it('takes the record of it away last', () => {
    const [open, close] = plan({ guard: CLIENT }, null).steps.map(({ action }) =>
      action.type === 'change-service' ? action.change.assignment : undefined,
    );
    assert.deepEqual(open, buildAssignment({ guard: CLIENT, phase: 'assigning' }));
    assert.deepEqual(close, buildAssignment());
  });

  it('is refused while the address is being released', () =>
    assert.throws(() => plan({ phase: 'releasing' }, CLIENT), { reason: 'releasing' }));
});

describe('the sources of a guard', () => {
  const input = (...sources: string[]) => ({
    sources: sources.length > 0 ? sources : null,
    order: null,
  });

  it('are those that are given', () =>
    assert.deepEqual(guardRecord(input('192.0.2.0/24'), CLIENT, ip), {
      sources: ['192.0.2.0/24'],
    }));
  it('else those of the record', () => assert.deepEqual(guardRecord(input(), CLIENT, ip), CLIENT));
  it('else everybody', () =>
    assert.deepEqual(guardRecord(input(), undefined, ip), { sources: null }));
  it('there is none where nothing asks for one', () =>
    assert.equal(guardRecord(undefined, undefined, ip), undefined));
  it('must be of the address’s family', () =>
    assert.throws(() => guardRecord(input('2001:db8::/64'), undefined, ip), {
      reason: 'invalid-value',
      message: '--source: no client of 2001:db8::/64 can reach 20.1.0.167',
    }));
});

it('every change of Calico’s objects knows its inverse, and the undo is all of them, backwards', () => {
  const steps = stepsOf(buildSnapshot());
  const [arm] = steps;
  assert.ok(arm?.action.type === 'arm-undo');
  const inverses = steps.flatMap(({ inverse }) =>
    inverse?.type === 'change-calico' ? [inverse.change] : [],
  );
  assert.equal(inverses.length, 4);
  assert.deepEqual(arm.action.undo, inverses.reverse());
});

it('the undo is armed here, and on the nodes that could carry it out', () => {
  const planned = planGuard(buildSnapshot(), NOTHING, FOR_WEB);
  const nodes = [{ node: 'k0', server: 'https://10.1.0.180:6443' }];
  const [arm] = guardSteps(NOTHING, ip, planned.changes, planned, nodes);
  assert.match(arm?.title ?? '', /^arm the undo \(here, on k0\): .* in 60 s$/);
  assert.ok(arm?.action.type === 'arm-undo');
  assert.deepEqual(arm.action.nodes, nodes);
});

describe('where a guard is', () => {
  it('is no loopback: nothing comes in through it', () => {
    const { covered } = planGuard(buildSnapshot(), NOTHING, {
      ...FOR_WEB,
      holder: { node: 'k0', interface: 'lo' },
    });
    assert.deepEqual(covered, [K0, { node: 'k2', interface: 'ens34' }]);
  });

  it('is nowhere, and refused, where the address is only routed to a node', () => {
    const routed = { ...FOR_WEB, ip: parseIp('203.0.113.9') as Ip };
    const holder = { node: 'k0', interface: 'lo' };
    assert.throws(() => planGuard(buildSnapshot(), NOTHING, { ...routed, holder }), {
      reason: 'not-on-segment',
    });
  });

  it('stays on a node that could not be read', () => {
    const services = [web({ guard: CLIENT })];
    const whole = buildSnapshot({ services });
    const calico = afterChanges(NOTHING, planGuard(whole, NOTHING, request()).changes);
    const partly = buildSnapshot({ services }, [buildNodeState('k0'), buildUnread('k2')]);
    assert.deepEqual(planGuard(partly, calico, request()).changes, []);
  });
});
