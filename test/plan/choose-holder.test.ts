import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { askForHolder, chooseHolder, type HolderChoice } from '../../src/plan/choose-holder.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { NodeState, Snapshot } from '../../src/snapshot/model.ts';
import type { Assignment } from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildLink,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';

const ip = parseIp(IP) as Ip;

function choose(
  snapshot: Snapshot,
  wanted: Partial<HolderChoice> = {},
  {
    address = ip,
    existing,
    defaults = {},
  }: { address?: Ip; existing?: Assignment; defaults?: Partial<HolderChoice> } = {},
) {
  const ref = serviceRef(buildService());
  return chooseHolder(snapshot, { ref, ip: address, wanted, defaults, existing });
}

const K0 = { node: 'k0', interface: 'ens34' };
const K2 = { node: 'k2', interface: 'ens34' };
const both = buildSnapshot();

const existing = buildAssignment();

/** The node has the address for the Service, and the Service says so. */
function assignedOn(node: 'k0' | 'k2'): Snapshot {
  const service = buildAssigned([buildAssignment({ node })]);
  const states = (['k0', 'k2'] as const).map((name) =>
    buildNodeState(name, name === node ? { records: [buildRecord()], extra: [{ ip: IP }] } : {}),
  );
  return buildSnapshot({ services: [service] }, states);
}

/** Another Service has the address, on k2. */
const sharedOnK2 = buildSnapshot(
  { services: [buildService(), buildAssigned([buildAssignment({ node: 'k2' })], { name: 'b' })] },
  [
    buildNodeState('k0', { records: [buildRecord()] }),
    buildNodeState('k2', {
      records: [
        buildRecord({ services: [{ namespace: 'default', name: 'b', uid: 'uid-b', runId: 'r' }] }),
      ],
    }),
  ],
);

const CHOSEN: [what: string, answer: unknown, place: HolderChoice][] = [
  ['the interface of the node asked for whose subnet holds it', choose(both, { node: 'k2' }), K2],
  [
    'the only node that answers with such an interface',
    choose(buildSnapshot({}, [buildNodeState('k0'), buildUnread('k2')])),
    K0,
  ],
  [
    'node and interface asked for, whatever their subnets',
    choose(both, { node: 'k0', interface: 'lo' }),
    { node: 'k0', interface: 'lo' },
  ],
  ["the configuration's, where that leaves one", choose(both, {}, { defaults: K2 }), K2],
  [
    'where it is assigned already, whatever the configuration says',
    choose(assignedOn('k2'), {}, { existing: buildAssignment({ node: 'k2' }), defaults: K0 }),
    K2,
  ],
  [
    'where an assignment that was cut off before its second record began, if that is said again',
    choose(both, { node: 'k2' }, { existing: buildAssignment({ node: 'k2' }) }),
    K2,
  ],
  [
    '… or if it would go there all the same',
    choose(both, {}, { existing: buildAssignment({ node: 'k2' }), defaults: K2 }),
    K2,
  ],
  [
    'where it is assigned already, though that node cannot be read',
    choose(buildSnapshot({}, [buildUnread('k0'), buildNodeState('k2')]), {}, { existing }),
    K0,
  ],
  ['where another Service has it, and no dead record', choose(sharedOnK2), K2],
  [
    'where a hand put it',
    choose(
      buildSnapshot({}, [buildNodeState('k0'), buildNodeState('k2', { extra: [{ ip: IP }] })]),
    ),
    K2,
  ],
];

for (const [what, answer, place] of CHOSEN) {
  test(`chosen: ${what}`, () => assert.deepEqual(answer, { chosen: place }));
}

test('several places: a person may choose, and elsewhere the error names them', () => {
  assert.deepEqual(choose(both), { candidates: [K0, K2] });
  const error = askForHolder(ip, {}, [K0, K2]);
  assert.equal(error.exitCode, 2);
  assert.equal(error.message, `${IP} could go on several interfaces: k0 ens34, k2 ens34`);
  assert.equal(error.reason, 'ambiguous-holder');
});

test('no place: the error asks for one', () => {
  const address = parseIp('10.22.0.0') as Ip;
  assert.deepEqual(choose(both, {}, { address }), { candidates: [] });
  assert.match(askForHolder(address, {}, []).help ?? '', /--node NODE --interface IF/);
  const error = askForHolder(address, { node: 'k0' }, []);
  assert.equal(error.message, 'no interface of k0 has a subnet that holds 10.22.0.0');
  assert.match(error.help ?? '', /--interface IF/);
});

test('no place is an interface that is down, a loopback, or one with a single address', () => {
  const interfaces = [
    buildLink('lo', [{ ip: '20.1.0.1', prefix: 24 }], { loopback: true }),
    buildLink('ens34', [{ ip: '20.1.0.160', prefix: 24 }], { up: false }),
    buildLink('ens35', [{ ip: IP, prefix: 32 }]),
  ];
  const nodes = [buildNodeState('k0', { interfaces }), buildUnread('k2')];
  const address = parseIp('20.1.0.168') as Ip;
  assert.deepEqual(choose(buildSnapshot({}, nodes), {}, { address }), { candidates: [] });
});

test('a node that does not exist is named, with those that do', () => {
  assert.throws(() => choose(both, { node: 'k1' }), {
    exitCode: 2,
    reason: 'node-not-found',
    help: /k0, k2/,
  });
});

test('a node that cannot be read is no place', () => {
  const snapshot = buildSnapshot({}, [buildNodeState('k0'), buildUnread('k2')]);
  assert.throws(() => choose(snapshot, { node: 'k2' }), {
    exitCode: 1,
    reason: 'node-unreachable',
    message: /No route to host/,
  });
});

test('an interface that does not exist is refused, on the node asked for and on all', () => {
  const refused = { exitCode: 7, reason: 'interface-not-found' };
  assert.throws(() => choose(both, { node: 'k0', interface: 'ens99' }), {
    ...refused,
    help: 'its interfaces: lo, ens33, ens34',
  });
  assert.throws(() => choose(both, { interface: 'ens99' }), refused);
});

test('another place than that of the assignment: released first', () => {
  for (const wanted of [{ node: 'k2' }, { interface: 'ens33' }]) {
    assert.throws(() => choose(both, wanted, { existing }), {
      exitCode: 7,
      reason: 'held-elsewhere',
      message: `${IP} is on k0 ens34, for default/svc-test-1`,
      help: `release it first: extip release default/svc-test-1 ${IP}`,
    });
  }
});

test('another place than one that is gone: released as such first', () => {
  const snapshot = buildSnapshot({}, [buildUnread('k0'), buildNodeState('k2')]);
  assert.throws(() => choose(snapshot, { node: 'k2' }, { existing }), {
    reason: 'held-elsewhere',
    help: /--holder-gone$/,
  });
});

test('another place than the Services that share the address is refused', () => {
  assert.throws(() => choose(sharedOnK2, { node: 'k0' }), {
    exitCode: 7,
    reason: 'held-elsewhere',
    message: `${IP} is on k2 ens34, for default/b`,
    help: `an address that several Services share has one node and one interface; release it first: extip release default/b ${IP}`,
  });
});

/** Another Service says that it has the address; what the nodes say is from before. */
function annotatedOn(node: string, nodes?: NodeState[]): Snapshot {
  const other = buildAssigned([buildAssignment({ node })], { name: 'b' });
  return buildSnapshot({ services: [buildService(), other] }, nodes);
}

test('another place than an annotation of another Service says is refused: it is as fresh as can be', () => {
  const refused = { reason: 'held-elsewhere', message: `${IP} is on k0 ens34, for default/b` };
  assert.throws(() => choose(annotatedOn('k0'), { node: 'k2' }), refused);
  assert.throws(() => choose(annotatedOn('k0'), K2), refused);
  assert.deepEqual(choose(annotatedOn('k0'), { node: 'k0' }), { chosen: K0 });
});

test('a holder that is gone: each Service that shared the address is released from it first', () => {
  const gone = annotatedOn('k0', [buildUnread('k0'), buildNodeState('k2')]);
  for (const wanted of [{ node: 'k2' }, {}]) {
    assert.throws(() => choose(gone, wanted), {
      reason: 'held-elsewhere',
      help: /extip release default\/b 20\.1\.0\.167 --holder-gone$/,
    });
  }
  assert.throws(() => choose(annotatedOn('k9')), { help: /--holder-gone$/ });
});

test("an annotation alone, one's own or another Service's, does not say where a node is changed", () => {
  const forged = buildAssignment({ node: 'k2', interface: 'ens33' });
  const message = `only the annotation of default/svc-test-1 says that ${IP} belongs on k2 ens33: k2 has no record of it there`;
  const help = `if it does: --node k2 --interface ens33; if not: extip release default/svc-test-1 ${IP}`;
  for (const wanted of [{}, { node: 'k2' }]) {
    assert.throws(() => choose(both, wanted, { existing: forged }), {
      exitCode: 7,
      reason: 'not-recorded',
      message,
      help,
    });
  }
  assert.deepEqual(choose(both, { node: 'k2', interface: 'ens33' }, { existing: forged }), {
    chosen: { node: 'k2', interface: 'ens33' },
  });
  assert.throws(() => choose(annotatedOn('k2')), {
    reason: 'not-recorded',
    message: /only the annotation of default\/b says .* k2 ens34/,
  });
});

test('nor does it with a record of a Service that is gone, or of another cluster', () => {
  const gone = [{ namespace: 'default', name: 'gone', uid: 'uid-gone', runId: 'r' }];
  for (const record of [buildRecord({ services: gone }), buildRecord({ cluster: 'other' })]) {
    const nodes = [buildNodeState('k0', { records: [record] }), buildNodeState('k2')];
    assert.throws(() => choose(buildSnapshot({}, nodes), {}, { existing }), {
      reason: 'not-recorded',
    });
  }
});

test('a record that cannot be read is to be looked at first', () => {
  const damagedRecords = [{ file: `${IP}.json`, reason: 'is not JSON' }];
  const nodes = [buildNodeState('k0', { damagedRecords }), buildNodeState('k2')];
  assert.throws(() => choose(buildSnapshot({}, nodes), {}, { existing }), {
    reason: 'damaged-record',
  });
});
