import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Ip } from '../../src/net/ip.ts';
import { parseIp } from '../../src/net/ip.ts';
import type { Plan } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import { planRelease } from '../../src/plan/release.ts';
import type { RestoreState, Snapshot } from '../../src/snapshot/model.ts';
import type { NodeRecord } from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  IP,
} from '../build-snapshot.ts';

const ip = parseIp(IP) as Ip;
const RUN = { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };

const FRESH: RestoreState = { unit: 'absent', obstacle: null };
const INSTALLED: RestoreState = { unit: 'current', obstacle: null };
const READ_ONLY: RestoreState = {
  unit: 'absent',
  obstacle: '/etc/systemd/system is read-only',
};

const OTHER = buildRecord({ ip: '20.1.0.168', persist: true });

/** Nothing is assigned; k0 restores like this, and has these records. */
function fresh(restore: RestoreState, records: NodeRecord[] = []): Snapshot {
  return buildSnapshot({}, [buildNodeState('k0', { restore, records })]);
}

/** The address is assigned to svc-test-1, with this record. */
function assigned(restore: RestoreState, changes: Partial<NodeRecord>, others: NodeRecord[] = []) {
  const records = [buildRecord(changes), ...others];
  const extra = [{ ip: IP, label: 'ens34:extip' }];
  const services = [buildAssigned([buildAssignment()]), buildService({ name: 'svc-test-2' })];
  return buildSnapshot({ services }, [buildNodeState('k0', { restore, records, extra })]);
}

function assign(snapshot: Snapshot, persist = true, name = 'svc-test-1'): Plan {
  const service = snapshot.cluster.services.find(({ metadata }) => metadata.name === name);
  assert.ok(service);
  const holder = { node: 'k0', interface: 'ens34' };
  return planAssign(snapshot, { service, ip, holder, run: RUN, persist });
}

function release(snapshot: Snapshot): Plan {
  const [service = buildService()] = snapshot.cluster.services;
  return planRelease(snapshot, { service, ip, holderGone: false });
}

/** What a plan does to records: the step, what is persisted, and what becomes of the unit. */
function records({ steps }: Plan): string[] {
  return steps.flatMap(({ id, title, action }) => {
    if (action.type !== 'change-node') return [];
    const { change } = action;
    if (change.type !== 'write-record' && change.type !== 'remove-record') return [];
    const persist = change.type === 'write-record' ? ` persist=${change.record.persist}` : '';
    return [`${id}: ${title}${persist}${change.restore ? ` (${change.restore})` : ''}`];
  });
}

describe('assign', () => {
  const cases: {
    what: string;
    plan: Plan;
    record: string[];
    outcome: string | null;
    warning?: string;
  }[] = [
    {
      what: 'with systemd: the first record brings the unit along',
      plan: assign(fresh(FRESH)),
      record: [
        'record-node: record the address on k0, and install what restores it after a reboot persist=true (install)',
      ],
      outcome: 'survives reboot',
    },
    {
      what: 'where the unit is there already',
      plan: assign(fresh(INSTALLED, [OTHER])),
      record: ['record-node: record the address on k0 persist=true'],
      outcome: 'survives reboot',
    },
    {
      what: 'another version of the unit is replaced',
      plan: assign(fresh({ unit: 'other', obstacle: null }, [OTHER])),
      record: [
        'record-node: record the address on k0, and install what restores it after a reboot persist=true (install)',
      ],
      outcome: 'survives reboot',
    },
    {
      what: '--no-persist, where a unit is left that nothing needs',
      plan: assign(fresh(INSTALLED), false),
      record: [
        'record-node: record the address on k0, and remove what restored addresses after a reboot persist=false (remove)',
      ],
      outcome: 'until reboot',
      warning: `${IP} stays on k0 until reboot: --no-persist`,
    },
    {
      what: '--no-persist',
      plan: assign(fresh(INSTALLED, [OTHER]), false),
      record: ['record-node: record the address on k0 persist=false'],
      outcome: 'until reboot',
      warning: `${IP} stays on k0 until reboot: --no-persist`,
    },
    {
      what: 'where no unit can be installed',
      plan: assign(fresh(READ_ONLY)),
      record: ['record-node: record the address on k0 persist=false'],
      outcome: 'until reboot',
      warning: `${IP} stays on k0 until reboot: /etc/systemd/system is read-only`,
    },
    {
      what: 'a unit that is there serves, also where it could not be installed now',
      plan: assign(fresh({ unit: 'current', obstacle: '/etc/systemd/system is read-only' })),
      record: ['record-node: record the address on k0 persist=true'],
      outcome: 'survives reboot',
    },
    {
      what: 'the same again: nothing to do',
      plan: assign(assigned(INSTALLED, { persist: true })),
      record: [],
      outcome: 'survives reboot',
    },
    {
      what: 'the same again where a run died before the unit was there: it is installed',
      plan: assign(assigned(FRESH, { persist: true })),
      record: [`record-node: restore ${IP} on k0 after a reboot persist=true (install)`],
      outcome: 'survives reboot',
    },
    {
      what: 'a record of an older extip is brought up to date',
      plan: assign(assigned(FRESH, {})),
      record: [`record-node: restore ${IP} on k0 after a reboot persist=true (install)`],
      outcome: 'survives reboot',
    },
    {
      what: 'a record of an older extip stays as it is where nothing can restore it',
      plan: assign(assigned(READ_ONLY, {})),
      record: [],
      outcome: 'until reboot',
      warning: `${IP} stays on k0 until reboot: /etc/systemd/system is read-only`,
    },
    {
      what: 'again with --no-persist: the last that is restored takes the unit along',
      plan: assign(assigned(INSTALLED, { persist: true }), false),
      record: [`record-node: no longer restore ${IP} on k0 after a reboot persist=false (remove)`],
      outcome: 'until reboot',
      warning: `${IP} stays on k0 until reboot: --no-persist`,
    },
    {
      what: 'a Service that shares the address does not take away what the other wants',
      plan: assign(assigned(INSTALLED, { persist: true }), false, 'svc-test-2'),
      record: ['record-node: record the address on k0 persist=true'],
      outcome: 'survives reboot',
    },
  ];
  for (const { what, plan, record, outcome, warning } of cases) {
    test(what, () => {
      assert.deepEqual(records(plan), record);
      assert.equal(plan.changes[0]?.persistence, outcome);
      assert.deepEqual(plan.warnings, warning === undefined ? [] : [warning]);
    });
  }

  test('an address that was there before is kept by whoever put it there', () => {
    const state = buildNodeState('k0', { restore: FRESH, extra: [{ ip: IP }] });
    const plan = assign(buildSnapshot({}, [state]));
    assert.deepEqual(records(plan), ['record-node: record the address on k0 persist=false']);
    assert.equal(plan.changes[0]?.persistence, null);
    assert.deepEqual(plan.warnings, [
      `${IP} was on k0 before extip, which does not restore it after a reboot`,
    ]);
  });
});

describe('release', () => {
  test('nothing restores the address any more before it goes; the last takes the unit along', () => {
    assert.deepEqual(records(release(assigned(INSTALLED, { persist: true }))), [
      `stop-restoring: no longer restore ${IP} on k0 after a reboot persist=false (remove)`,
      'remove-record: remove the record on k0',
    ]);
  });

  test('the unit stays while another record needs it', () => {
    assert.deepEqual(records(release(assigned(INSTALLED, { persist: true }, [OTHER]))), [
      `stop-restoring: no longer restore ${IP} on k0 after a reboot persist=false`,
      'remove-record: remove the record on k0',
    ]);
  });

  test('an address that stays until reboot needs no such step', () => {
    assert.deepEqual(records(release(assigned(FRESH, {}))), [
      'remove-record: remove the record on k0',
    ]);
  });

  test('a unit that nothing needs any more goes with whichever record goes', () => {
    assert.deepEqual(records(release(assigned(INSTALLED, {}))), [
      'remove-record: remove the record on k0, and remove what restored addresses after a reboot (remove)',
    ]);
  });

  test('the record that others share brings the unit along that it lacks, or has of another version', () => {
    const [user] = buildRecord().services;
    assert.ok(user);
    const services = [user, { ...user, name: 'other', uid: 'uid-other' }];
    for (const restore of [FRESH, { unit: 'other', obstacle: null } as const]) {
      assert.deepEqual(records(release(assigned(restore, { persist: true, services }))), [
        'record-node: take default/svc-test-1 off the record on k0, which others share, and install what restores it after a reboot persist=true (install)',
      ]);
    }
    assert.deepEqual(records(release(assigned(INSTALLED, { persist: true, services }))), [
      'record-node: take default/svc-test-1 off the record on k0, which others share persist=true',
    ]);
  });
});
