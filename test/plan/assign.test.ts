import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import type { Plan, Step } from '../../src/plan/action.ts';
import { planAssign } from '../../src/plan/assign.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import {
  ASSIGNMENTS_ANNOTATION,
  type Assignment,
  MAX_ASSIGNMENTS,
  MAX_SHARERS,
} from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildEndpointSlice,
  buildLink,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';

const K0 = { node: 'k0', interface: 'ens34' };

function plan(snapshot: Snapshot, holder = K0, ip = IP, persist = true): Plan {
  const [service = buildService()] = snapshot.cluster.services;
  const run = { id: 'run-1', by: 'root@operator', at: '2026-03-01T10:00:00.000Z' };
  return planAssign(snapshot, { service, ip: parseIp(ip) as Ip, holder, run, persist });
}

function lines({ steps }: Plan): string[] {
  return steps.map(({ sign, title }) => `${sign} ${title}`);
}

function assigned(changes: Partial<Assignment> = {}, k0 = {}): Snapshot {
  const services = [buildAssigned([buildAssignment(changes)])];
  const extra = [{ ip: IP, label: 'ens34:extip' }];
  const node = buildNodeState('k0', { records: [buildRecord()], extra, ...k0 });
  return buildSnapshot({ services }, [node, buildNodeState('k2')]);
}

test('an assignment records, changes, tells, verifies and records the end, in that order', () => {
  assert.deepEqual(lines(plan(buildSnapshot())), [
    '+ record the assignment on the Service',
    '+ record the address on k0',
    '+ add 20.1.0.167/32 to ens34 on k0',
    '+ add 20.1.0.167 to spec.externalIPs of default/svc-test-1',
    '= tell the neighbours on ens34 that k0 has 20.1.0.167',
    '= verify that 20.1.0.167 is served',
    '~ record that the assignment is complete',
  ]);
});

test('what the records say of it', () => {
  const { steps } = plan(buildSnapshot());
  const open = buildAssignment({ phase: 'assigning' });
  const service = { namespace: 'default', name: 'svc-test-1', uid: 'uid-svc-test-1' };
  assert.deepEqual(steps[0]?.action, {
    type: 'change-service',
    service,
    change: { ip: IP, assignment: open, listed: false },
  });
  assert.deepEqual(steps[1]?.action, {
    type: 'change-node',
    node: 'k0',
    change: { type: 'write-record', record: buildRecord({ persist: false }) },
  });
  assert.deepEqual(steps.at(-1)?.action, {
    type: 'change-service',
    service,
    change: { ip: IP, assignment: buildAssignment() },
  });
});

test('every step that changes something knows its inverse', () => {
  for (const { sign, inverse } of plan(buildSnapshot()).steps) {
    assert.equal(inverse === null, sign === '=');
  }
});

test('IPv6: one address is a /128, and has no label', () => {
  const { steps } = plan(buildSnapshot(), K0, '2001:db8::167');
  const [add] = steps.filter(({ id }) => id === 'add-address');
  assert.deepEqual(add?.action, {
    type: 'change-node',
    node: 'k0',
    change: {
      type: 'add-address',
      ip: '2001:db8::167',
      prefix: 128,
      interface: 'ens34',
      label: null,
    },
  });
});

const LO = { node: 'k0', interface: 'lo' };
/** Scenario S1's address, which is only routed to its node. */
const ROUTED = '10.22.0.0';

const QUIET: [why: string, plan: Plan][] = [
  ['what is only routed to lo has no segment', plan(buildSnapshot(), LO, ROUTED)],
  ['without arping', plan(buildSnapshot({}, [buildNodeState('k0', { arping: null })]))],
  ['of IPv6 the kernel tells', plan(buildSnapshot(), K0, '2001:db8::167')],
];

for (const [why, { steps }] of QUIET) {
  test(`no neighbour is told: ${why}`, () => {
    const ids = steps.map(({ id }) => id);
    assert.ok(ids.includes('verify') && !ids.includes('announce'));
  });
}

test('what is on another interface is told and verified on its segment: ARP is answered there', () => {
  for (const name of ['lo', 'ens33']) {
    const { steps } = plan(buildSnapshot(), { node: 'k0', interface: name });
    const announce = steps.find(({ id }) => id === 'announce');
    assert.equal(announce?.title, 'tell the neighbours on ens34 that k0 has 20.1.0.167');
    assert.deepEqual(target(steps).macs, ['02:00:14:01:00:a0']);
    assert.deepEqual(target(steps).neighbours, [{ node: 'k2', interface: 'ens34' }]);
  }
});

test('with two interfaces on the segment either answers, and the one with the address is told', () => {
  const { interfaces = [] } = buildNodeState('k0').facts ?? {};
  const second = buildLink('ens35', [{ ip: '20.1.0.161', prefix: 24 }], {
    mac: '02:00:00:00:00:35',
  });
  const snapshot = buildSnapshot({}, [
    buildNodeState('k0', { interfaces: [...interfaces, second] }),
  ]);
  const { steps } = plan(snapshot, { node: 'k0', interface: 'ens35' });
  const announce = steps.find(({ id }) => id === 'announce');
  assert.match(announce?.title ?? '', /^tell the neighbours on ens35 /);
  assert.deepEqual(target(steps).macs, ['02:00:00:00:00:35', '02:00:14:01:00:a0']);
});

test('IPv6 on lo: no neighbour reaches it, which is said and not verified', () => {
  const { interfaces = [] } = buildNodeState('k0').facts ?? {};
  const ens35 = buildLink('ens35', [{ ip: '2001:db8::1', prefix: 64 }]);
  const snapshot = buildSnapshot({}, [
    buildNodeState('k0', { interfaces: [...interfaces, ens35] }),
  ]);
  const { steps, warnings } = plan(snapshot, LO, '2001:db8::167');
  assert.deepEqual(target(steps).macs, []);
  assert.match(
    warnings.join(),
    /^hosts on the segment of ens35 do not reach 2001:db8::167 on lo: NDP is answered only on /m,
  );
  const there = plan(snapshot, { node: 'k0', interface: 'ens35' }, '2001:db8::167');
  const routed = plan(snapshot, LO, '2001:db8:9::167');
  assert.doesNotMatch([...there.warnings, ...routed.warnings].join(), /NDP/);
});

test('what is only routed to lo: nothing is said of neighbours, nor expected of them', () => {
  const { steps, warnings } = plan(
    buildSnapshot({}, [buildNodeState('k0', { arping: null })]),
    LO,
    ROUTED,
  );
  assert.deepEqual(target(steps).macs, []);
  assert.doesNotMatch(warnings.join(), /neighbour|arping/);
});

function target(steps: Step[]) {
  const action = steps.find(({ id }) => id === 'verify')?.action;
  assert.ok(action?.type === 'verify');
  return action.target;
}

test('what verifies: the holder, the ports, and who may be asked on the segment', () => {
  const [verify] = plan(buildSnapshot()).steps.filter(({ id }) => id === 'verify');
  assert.deepEqual(verify?.action, {
    type: 'verify',
    goal: 'served',
    target: {
      ip: IP,
      ...K0,
      ports: [{ port: 80, protocol: 'TCP' }],
      macs: ['02:00:14:01:00:a0'],
      neighbours: [{ node: 'k2', interface: 'ens34' }],
      noEndpoints: false,
    },
  });
});

test('assigned already: nothing to do', () => assert.deepEqual(plan(assigned()).steps, []));

test('after a reboot only the address is missing', () => {
  const ids = plan(assigned({}, { extra: [] })).steps.map(({ id }) => id);
  assert.deepEqual(ids, ['record-service', 'add-address', 'announce', 'verify', 'close-record']);
});

test('what was there before and was taken away by hand is extip’s once extip puts it back', () => {
  const records = [buildRecord({ preexisting: true })];
  const services = [buildAssigned([buildAssignment({ preexisting: true })], {}, {})];
  const nodes = [buildNodeState('k0', { records }), buildNodeState('k2')];
  const { steps } = plan(buildSnapshot({ services }, nodes));
  assert.deepEqual(
    steps.map(({ id }) => id),
    [
      'record-service',
      'record-node',
      'add-address',
      'add-external-ip',
      'announce',
      'verify',
      'close-record',
    ],
  );
  const written = steps.map(({ action }) =>
    action.type === 'change-service'
      ? action.change.assignment?.preexisting
      : action.type === 'change-node' && action.change.type === 'write-record'
        ? action.change.record.preexisting
        : undefined,
  );
  assert.deepEqual(written, [false, false, undefined, undefined, undefined, undefined, false]);
});

test('a run that was cut off before its last step is verified and closed', () => {
  const ids = plan(assigned({ phase: 'assigning' })).steps.map(({ id }) => id);
  assert.deepEqual(ids, ['announce', 'verify', 'close-record']);
});

const DAMAGED = { file: `${IP}.json`, reason: 'not readable: no regular file' };

const REFUSED: [why: string, snapshot: Snapshot, holder: typeof K0, error: object][] = [
  [
    'the annotation is damaged',
    buildSnapshot({
      services: [buildService({ annotations: { [ASSIGNMENTS_ANNOTATION]: '{}' } })],
    }),
    K0,
    { reason: 'damaged-annotation', help: /kubectl annotate service -n default svc-test-1/ },
  ],
  [
    'its record on the node is damaged',
    buildSnapshot({}, [buildNodeState('k0', { damagedRecords: [DAMAGED] })]),
    K0,
    { reason: 'damaged-record', help: /: on k0: rm -r -- \/var\/lib\/extip\/20\.1\.0\.167\.json$/ },
  ],
  [
    'the node holds it for another cluster',
    buildSnapshot({}, [buildNodeState('k0', { records: [buildRecord({ cluster: 'other' })] })]),
    K0,
    { reason: 'other-cluster', help: /\/var\/lib\/extip\/20\.1\.0\.167\.json/ },
  ],
  [
    'the address is on another interface of the node',
    assigned(),
    { node: 'k0', interface: 'ens33' },
    { reason: 'other-interface' },
  ],
  [
    "the node's record is about another interface, and the address is gone",
    assigned({ interface: 'ens33' }, { extra: [] }),
    { node: 'k0', interface: 'ens33' },
    { reason: 'other-interface', message: /has a record of 20\.1\.0\.167 on ens34, not on ens33/ },
  ],
  [
    'the annotation could not be read back with one more',
    buildSnapshot({
      services: [
        buildAssigned(
          Array.from({ length: MAX_ASSIGNMENTS }, (_, i) => buildAssignment({ ip: `20.1.1.${i}` })),
        ),
      ],
    }),
    K0,
    { reason: 'too-many', message: /^default\/svc-test-1 has 64 external IPs/ },
  ],
  [
    "the node's record could not be read back with one more",
    buildSnapshot({}, [
      buildNodeState('k0', {
        records: [
          buildRecord({
            services: Array.from({ length: MAX_SHARERS }, (_, i) => ({
              namespace: 'default',
              name: `s${i}`,
              uid: `uid-${i}`,
              runId: 'run-1',
            })),
          }),
        ],
      }),
    ]),
    K0,
    { reason: 'too-many', message: /^20\.1\.0\.167 serves 128 Services/ },
  ],
];

for (const [why, snapshot, holder, error] of REFUSED) {
  test(`refused: ${why}`, () => {
    assert.throws(() => plan(snapshot, holder), { name: 'RefusedError', exitCode: 7, ...error });
  });
}

test('what an operator should know is said, and forbids nothing', () => {
  const field = { 'f:spec': { 'f:externalIPs': {} } };
  const managedFields = [
    { manager: 'extip', fieldsV1: field },
    { manager: 'argocd-controller', fieldsV1: field },
  ];
  const cluster = {
    services: [buildService({ managedFields })],
    endpointSlices: [],
    unknown: [{ resource: 'ippools', reason: 'forbidden' }],
  };
  const snapshot = buildSnapshot(cluster, [buildNodeState('k0', { arping: null })]);
  assert.deepEqual(plan(snapshot, K0, '20.1.0.255').warnings, [
    '20.1.0.255 is the broadcast address of 20.1.0.0/24 on ens34: hosts of that subnet do not reach it as one host',
    'the Service has no ready endpoint: nothing will answer until it has one',
    'spec.externalIPs is managed by argocd-controller, which may take 20.1.0.255 away again if it does not list it',
    'ippools could not be read (forbidden): addresses there are not checked',
    'k0 has no arping: neighbours that knew 20.1.0.255 elsewhere learn when their entry expires',
    '20.1.0.255 stays on k0 until reboot: there is no systemd',
  ]);
  assert.deepEqual(plan(buildSnapshot()).warnings, [
    '20.1.0.167 stays on k0 until reboot: there is no systemd',
  ]);
});

test('an address that hosts may take for something else is warned of', () => {
  const warning = (address: string, holder = K0) =>
    plan(buildSnapshot(), holder, address).warnings[0] ?? '';
  assert.match(
    warning('20.1.0.0'),
    /^20\.1\.0\.0 is the network address of 20\.1\.0\.0\/24 on ens34/,
  );
  assert.match(warning('20.2.0.255'), /^20\.2\.0\.255 ends in \.255/);
  assert.match(warning('20.1.0.255', { node: 'k0', interface: 'lo' }), /ends in \.255/);
});

test('a node that could not be read is named: it may have the address', () => {
  const snapshot = buildSnapshot({}, [buildNodeState('k0'), buildUnread('k2')]);
  assert.equal(
    plan(snapshot).warnings[0],
    'k2 is unreachable: whether it has 20.1.0.167 is not known',
  );
});

test('externalTrafficPolicy Local wants an endpoint on the holder', () => {
  const services = [buildService({}, { externalTrafficPolicy: 'Local' })];
  const slices = (nodeName: string) =>
    services.map(buildEndpointSlice).map((slice) => ({
      ...slice,
      endpoints: [{ addresses: ['192.168.99.39'], nodeName }],
    }));
  const warnings = (nodeName: string) =>
    plan(buildSnapshot({ services, endpointSlices: slices(nodeName) })).warnings;
  assert.match(warnings('k2')[0] ?? '', /^externalTrafficPolicy is Local and no ready endpoint/);
  assert.equal(warnings('k0').length, 1);
});
