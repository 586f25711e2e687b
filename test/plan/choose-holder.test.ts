import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { askForHolder, chooseHolder, type HolderChoice } from '../../src/plan/choose-holder.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
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
  { address = ip, existing }: { address?: Ip; existing?: Assignment } = {},
) {
  return chooseHolder(snapshot, serviceRef(buildService()), address, wanted, existing);
}

const K0 = { node: 'k0', interface: 'ens34' };
const K2 = { node: 'k2', interface: 'ens34' };
const both = buildSnapshot();

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
  ['where it is assigned already', choose(both, {}, { existing: buildAssignment() }), K0],
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
  const existing = buildAssignment();
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
  assert.throws(() => choose(snapshot, { node: 'k2' }, { existing: buildAssignment() }), {
    reason: 'held-elsewhere',
    help: /--holder-gone$/,
  });
});

test('another place than the Services that share the address is refused', () => {
  assert.throws(() => choose(sharedOnK2, { node: 'k0' }), {
    reason: 'held-elsewhere',
    message: /on k2 ens34, for .*default\/b/,
    help: /one node and one interface/,
  });
});
