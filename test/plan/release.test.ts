import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import type { Plan } from '../../src/plan/action.ts';
import { mergePlans } from '../../src/plan/merge-plans.ts';
import { planRelease } from '../../src/plan/release.ts';
import { planOrphanRelease } from '../../src/plan/release-orphan.ts';
import type { NodeState, Snapshot } from '../../src/snapshot/model.ts';
import { ASSIGNMENTS_ANNOTATION, type Assignment } from '../../src/snapshot/records.ts';
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
import { serviceOf, worldAfter } from './world.ts';

const ip = parseIp(IP) as Ip;
const k2 = buildNodeState('k2');
const held = { records: [buildRecord()], extra: [{ ip: IP }] };

function plan(snapshot: Snapshot, holderGone = false): Plan {
  const [service = buildService()] = snapshot.cluster.services;
  return planRelease(snapshot, { service, ip, holderGone });
}

function assigned(changes: Partial<Assignment> = {}, k0 = buildNodeState('k0', held)): Snapshot {
  return buildSnapshot({ services: [buildAssigned([buildAssignment(changes)])] }, [k0, k2]);
}

/** The records of k0 name the Service, and its annotation does not. */
function orphaned(k0: NodeState = buildNodeState('k0', held), services = [buildService()]) {
  return buildSnapshot({ services }, [k0, k2]);
}

function ids({ steps }: Plan): string[] {
  return steps.map(({ id }) => id);
}

function changesOnNodes({ steps }: Plan): unknown[] {
  return steps.flatMap(({ action }) => (action.type === 'change-node' ? [action.change] : []));
}

test('a release undoes what assign did, in reverse, and verifies that it is gone', () => {
  assert.deepEqual(
    plan(assigned()).steps.map(({ sign, title }) => `${sign} ${title}`),
    [
      '- remove 20.1.0.167 from spec.externalIPs of default/svc-test-1',
      '- remove 20.1.0.167/32 from ens34 on k0',
      '- remove the record on k0',
      '= verify that 20.1.0.167 is no longer served',
      '- remove the record on the Service',
    ],
  );
});

test('what a release takes from the Service, its inverse puts back: the Service as it was', () => {
  const other = fc.constantFrom('20.1.0.9', '2001:DB8::1', '20.1.0.10');
  fc.assert(
    fc.property(fc.array(other), fc.array(other), (first, last) => {
      const service = buildAssigned(
        [buildAssignment()],
        {},
        { externalIPs: [...first, IP, ...last] },
      );
      const world = buildSnapshot({ services: [service] }, [buildNodeState('k0', held), k2]);
      const [step] = plan(world).steps;
      assert.ok(step?.inverse);
      const after = worldAfter(worldAfter(world, step.action), step.inverse);
      const { metadata, ...rest } = serviceOf(after, 'svc-test-1');
      assert.deepEqual({ metadata: { ...metadata, resourceVersion: '1' }, ...rest }, service);
    }),
  );
});

test('an address that the Service does not have: nothing to do', () => {
  assert.deepEqual(plan(buildSnapshot()).steps, []);
});

test('an address that a hand put on the Service is not extip’s to remove', () => {
  assert.throws(
    () => plan(buildSnapshot({ services: [buildService({}, { externalIPs: [IP] })] })),
    {
      exitCode: 7,
      reason: 'unmanaged',
      help: /kubectl edit service -n default svc-test-1/,
    },
  );
});

test('what was there before stays, and that is said', () => {
  const records = [buildRecord({ preexisting: true })];
  const before = plan(assigned({ preexisting: true }, buildNodeState('k0', { ...held, records })));
  assert.deepEqual(ids(before), ['remove-external-ip', 'remove-record', 'forget-service']);
  assert.match(before.steps[0]?.title ?? '', /^record the release/);
  assert.deepEqual(before.warnings, [
    '20.1.0.167 was in spec.externalIPs before extip: it stays there',
    '20.1.0.167 was on k0 before extip: it stays there',
  ]);
});

test('who may put the address back is said', () => {
  const managedFields = [{ manager: 'flux', fieldsV1: { 'f:spec': { 'f:externalIPs': {} } } }];
  const { cluster, nodes } = assigned(
    {},
    buildNodeState('k0', { ...held, records: [buildRecord()] }),
  );
  const services = cluster.services.map((service) => ({
    ...service,
    metadata: { ...service.metadata, managedFields },
  }));
  assert.deepEqual(plan({ nodes, cluster: { ...cluster, services } }).warnings, [
    'spec.externalIPs is managed by flux, which may put 20.1.0.167 back if it lists it',
  ]);
});

test('an address that is not on the node any more is not put there by an undoing', () => {
  const gone = plan(assigned({}, buildNodeState('k0', { records: [buildRecord()] })));
  assert.deepEqual(changesOnNodes(gone), [{ type: 'remove-record', ip: IP }]);
});

test('an address with another prefix or on another interface is somebody else’s', () => {
  for (const extra of [[{ ip: IP, prefix: 24 }], []]) {
    const k0 = buildNodeState('k0', { ...held, extra });
    assert.deepEqual(changesOnNodes(plan(assigned({}, k0))), [{ type: 'remove-record', ip: IP }]);
  }
});

test('while others share the address it stays, and only the record is changed', () => {
  const other = { namespace: 'default', name: 'secure', uid: 'uid-secure', runId: 'run-2' };
  const record = buildRecord({ services: [...buildRecord().services, other] });
  const shared = plan(assigned({}, buildNodeState('k0', { ...held, records: [record] })));
  assert.deepEqual(changesOnNodes(shared), [
    { type: 'write-record', record: { ...record, services: [other] } },
  ]);
});

const FORGED: [what: string, snapshot: Snapshot][] = [
  ['names a node that keeps no record', assigned({ node: 'k2' })],
  [
    "names an address that is the node's own, without a record",
    buildSnapshot({
      services: [
        buildService({
          annotations: buildAssigned([buildAssignment({ interface: 'ens33' })]).metadata
            .annotations as Record<string, string>,
        }),
      ],
    }),
  ],
  [
    'speaks of an address that the node keeps for another Service',
    assigned(
      {},
      buildNodeState('k0', {
        ...held,
        records: [
          buildRecord({
            services: [{ namespace: 'default', name: 'svc-test-1', uid: 'another', runId: 'r' }],
          }),
        ],
      }),
    ),
  ],
  [
    'speaks of an address that the node keeps for another cluster',
    assigned({}, buildNodeState('k0', { ...held, records: [buildRecord({ cluster: 'other' })] })),
  ],
];

for (const [what, snapshot] of FORGED) {
  test(`a forged annotation that ${what} changes no node`, () => {
    const forged = plan(snapshot);
    assert.deepEqual(changesOnNodes(forged), []);
    assert.match(
      forged.warnings.join(),
      /has no record of 20\.1\.0\.167: nothing is changed there/,
    );
  });
}

test('a forged record does not take an address off a node that it lives by', () => {
  const statuses = { ...held, sshAddress: IP };
  const viaSsh = buildNodeState('k0', statuses);
  const error = { exitCode: 7, reason: 'protected-address', message: /k0 itself lives by/ };
  assert.throws(() => plan(assigned({}, viaSsh)), error);
  const own = parseIp('10.1.0.180') as Ip;
  const records = [buildRecord({ ip: own.text, interface: 'ens33', label: null })];
  const snapshot = orphaned(buildNodeState('k0', { records }), []);
  assert.throws(() => planOrphanRelease(snapshot, 'k0', own), error);
});

test('a record that is damaged is looked at by a person before anything is changed', () => {
  const damagedRecords = [{ file: `${IP}.json`, reason: 'is not JSON' }];
  const k0 = buildNodeState('k0', { damagedRecords });
  const error = {
    exitCode: 7,
    reason: 'damaged-record',
    message: /on k0 is damaged: is not JSON$/,
  };
  assert.throws(() => plan(assigned({}, k0)), error);
  assert.throws(() => planOrphanRelease(buildSnapshot({}, [k0]), 'k0', ip), error);
});

test('without an annotation the node is cleaned, and the Service is left as it is', () => {
  const services = [buildService({}, { externalIPs: [IP] })];
  const replaced = plan(orphaned(undefined, services));
  assert.deepEqual(ids(replaced), ['remove-address', 'remove-record']);
  assert.match(replaced.warnings.join(), /stays in spec\.externalIPs/);
});

const GONE = assigned({}, buildUnread('k0'));

test('a holder that cannot be read: the release fails, naming the way out', () => {
  assert.throws(() => plan(GONE), {
    exitCode: 1,
    reason: 'holder-unreachable',
    message: 'k0, which holds 20.1.0.167, cannot be read: No route to host',
    help: /extip release default\/svc-test-1 20\.1\.0\.167 --holder-gone$/,
  });
});

test('a holder that is gone: only the API part is undone, and what may be left is named', () => {
  const gone = plan(GONE, true);
  assert.deepEqual(ids(gone), ['remove-external-ip', 'forget-service']);
  assert.match(gone.warnings.join(), /^k0 may still carry 20\.1\.0\.167 and its record/);
});

test('a holder that answers is not gone', () => {
  assert.throws(() => plan(assigned(), true), { exitCode: 7, reason: 'holder-answers' });
});

test('a node that the cluster no longer has counts as gone', () => {
  const snapshot = assigned({ node: 'k9' });
  assert.throws(() => plan(snapshot), { message: /cannot be read: the cluster has no such node$/ });
  assert.deepEqual(ids(plan(snapshot, true)), ['remove-external-ip', 'forget-service']);
});

test('an orphan: address and record leave the node', () => {
  for (const services of [[], [buildService()], [buildService({ uid: 'created-anew' })]]) {
    const cleaned = planOrphanRelease(orphaned(undefined, services), 'k0', ip);
    assert.deepEqual(ids(cleaned), ['remove-address', 'remove-record']);
  }
  assert.deepEqual(planOrphanRelease(buildSnapshot(), 'k0', ip).steps, []);
});

test('an orphan on a node that cannot be read: not known, and not taken for none', () => {
  assert.throws(() => planOrphanRelease(orphaned(buildUnread('k0')), 'k0', ip), {
    exitCode: 1,
    reason: 'holder-unreachable',
    message: 'k0, which may hold 20.1.0.167, cannot be read: No route to host',
  });
});

test('an orphan that others share: only the dead ones leave the record', () => {
  const dead = { namespace: 'default', name: 'dead', uid: 'uid-dead', runId: 'run-0' };
  const records = [buildRecord({ services: [dead, ...buildRecord().services] })];
  const snapshot = assigned({}, buildNodeState('k0', { ...held, records }));
  const cleaned = planOrphanRelease(snapshot, 'k0', ip);
  assert.deepEqual(changesOnNodes(cleaned), [{ type: 'write-record', record: buildRecord() }]);
  assert.match(cleaned.steps[0]?.title ?? '', /^take default\/dead off the record on k0/);
});

const NO_ORPHAN: [why: string, snapshot: Snapshot, reason: string][] = [
  ['a Service uses it', assigned(), 'in-use'],
  [
    'a Service may use it, whose annotation cannot be read',
    orphaned(undefined, [buildService({ annotations: { [ASSIGNMENTS_ANNOTATION]: '?' } })]),
    'in-use',
  ],
  [
    'a Service of a namespace that could not be read may use it',
    buildSnapshot({ services: [], unknown: [{ resource: 'services', reason: 'forbidden' }] }, [
      buildNodeState('k0', held),
    ]),
    'in-use',
  ],
  [
    'it is another cluster’s',
    orphaned(buildNodeState('k0', { records: [buildRecord({ cluster: 'other' })] })),
    'other-cluster',
  ],
];

for (const [why, snapshot, reason] of NO_ORPHAN) {
  test(`no orphan, and refused: ${why}`, () => {
    assert.throws(() => planOrphanRelease(snapshot, 'k0', ip), { exitCode: 7, reason });
  });
}

test('several releases are one plan, in which each step says its address', () => {
  const one = plan(assigned());
  assert.equal(mergePlans([one]), one);
  const other = { ...one, changes: one.changes.map((change) => ({ ...change, ip: '20.1.0.168' })) };
  const merged = mergePlans([one, other]);
  assert.equal(merged.changes.length, 2);
  const all = ids(merged);
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.includes('20.1.0.168/remove-address'));
  assert.deepEqual(mergePlans([]), { changes: [], steps: [], warnings: [] });
});
