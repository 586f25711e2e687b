import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ListedAssignment, listAssignments } from '../../src/list/assignments.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';
import type { NodeState } from '../../src/snapshot/model.ts';
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

const K0 = buildNodeState('k0');
const K2 = buildNodeState('k2');
const records = [buildRecord()];
const extra = [{ ip: IP }];
const holding = buildNodeState('k0', { records, extra });
const byHand = buildService({}, { externalIPs: [IP] });

function assigned(changes: Partial<Assignment> = {}, spec?: Service['spec']): Service {
  return buildAssigned([buildAssignment(changes)], {}, spec);
}

function list(services: Service[], nodes: NodeState[] = [holding, K2]): ListedAssignment[] {
  return listAssignments(buildSnapshot({ services }, nodes));
}

test('an assignment that is as recorded', () => {
  assert.deepEqual(list([assigned()]), [
    {
      namespace: 'default',
      service: 'svc-test-1',
      ip: IP,
      ports: [{ port: 80, protocol: 'TCP' }],
      node: 'k0',
      interface: 'ens34',
      state: 'assigned',
      problems: [],
      fix: null,
      holders: [{ node: 'k0', interface: 'ens34', prefix: 32 }],
      assignedAt: '2026-03-01T10:00:00.000Z',
      by: 'root@operator',
      guard: null,
      persistence: 'until reboot',
    },
  ]);
});

test('a guard is as the Service has it on record', () => {
  const guards = [{ sources: ['20.1.0.165/32'] }, { sources: null }];
  for (const guard of guards) {
    assert.deepEqual(list([assigned({ guard })])[0]?.guard, guard);
  }
  assert.equal(list([byHand])[0]?.guard, null);
});

const ASSIGN = `extip assign default/svc-test-1 ${IP}`;
const RELEASE = `extip release default/svc-test-1 ${IP}`;
const damaged = buildService(
  { annotations: { [ASSIGNMENTS_ANNOTATION]: '{"version":2}' } },
  { externalIPs: [IP] },
);

type Row = [state: string, problems: string[], fix: string | null];
const ROWS: [what: string, services: Service[], nodes: NodeState[], row: Row][] = [
  [
    'a run that was cut off at once',
    [buildAssigned([buildAssignment({ phase: 'assigning' })], {}, {})],
    [K0, K2],
    [
      'unfinished',
      [
        'assign was cut off, or is under way',
        'not in spec.externalIPs',
        'the address is not on k0',
        'k0 has no record of it',
      ],
      `${ASSIGN} --node k0 --interface ens34`,
    ],
  ],
  [
    'a release that was cut off before its last step',
    [buildAssigned([buildAssignment({ phase: 'releasing' })], {}, {})],
    [K0, K2],
    [
      'unfinished',
      [
        'release was cut off, or is under way',
        'not in spec.externalIPs',
        'the address is not on k0',
        'k0 has no record of it',
      ],
      RELEASE,
    ],
  ],
  [
    'one cut off whose node cannot be read',
    [assigned({ phase: 'assigning' })],
    [buildUnread('k0'), K2],
    [
      'unfinished',
      ['assign was cut off, or is under way', 'k0 is unreachable: No route to host'],
      null,
    ],
  ],
  [
    'after a reboot',
    [assigned()],
    [buildNodeState('k0', { records }), K2],
    ['incomplete', ['the address is not on k0'], ASSIGN],
  ],
  [
    'after `kubectl apply` took the address off the Service',
    [buildAssigned([buildAssignment()], {}, {})],
    [holding, K2],
    ['incomplete', ['not in spec.externalIPs'], ASSIGN],
  ],
  [
    'a node that was installed anew',
    [assigned()],
    [K0, K2],
    [
      'incomplete',
      ['the address is not on k0', 'k0 has no record of it'],
      `${ASSIGN} --node k0 --interface ens34`,
    ],
  ],
  [
    'an annotation of a place whose name a shell would misread, which only a stranger writes',
    [assigned({ interface: '$(reboot)' })],
    [K0, K2],
    ['incomplete', ['the address is not on k0', 'k0 has no record of it'], RELEASE],
  ],
  [
    'an address that a hand moved to another interface',
    [assigned({ interface: 'ens33' })],
    [holding, K2],
    ['incomplete', ['the address is on ens34 of k0', 'the record on k0 is about ens34'], RELEASE],
  ],
  [
    'an address that a second node has by hand',
    [assigned()],
    [holding, buildNodeState('k2', { extra })],
    ['incomplete', ['k2 has it too, on ens34'], null],
  ],
  [
    'an assignment that was cut off, of an address that a second node got by hand meanwhile',
    [assigned({ phase: 'assigning' })],
    [holding, buildNodeState('k2', { extra })],
    ['unfinished', ['assign was cut off, or is under way', 'k2 has it too, on ens34'], RELEASE],
  ],
  [
    'an assignment that has nothing yet, to an address that another node got meanwhile',
    [buildAssigned([buildAssignment({ phase: 'assigning' })], {}, {})],
    [K0, buildNodeState('k2', { extra })],
    [
      'unfinished',
      [
        'assign was cut off, or is under way',
        'not in spec.externalIPs',
        'the address is not on k0',
        'k0 has no record of it',
        'k2 has it too, on ens34',
      ],
      RELEASE,
    ],
  ],
  [
    'a node that cannot be read',
    [assigned()],
    [buildUnread('k0'), K2],
    ['unknown', ['k0 is unreachable: No route to host'], null],
  ],
  [
    'a node that was not read',
    [assigned()],
    [K2],
    ['unknown', ['k0 is not read: not asked'], null],
  ],
  [
    'a node that is no more',
    [assigned({ node: 'k9' })],
    [K0, K2],
    ['incomplete', ['k9 is not a node of the cluster'], `${RELEASE} --holder-gone`],
  ],
  [
    "a node with a name of JavaScript's",
    [assigned({ node: 'constructor' })],
    [K0, K2],
    ['incomplete', ['constructor is not a node of the cluster'], `${RELEASE} --holder-gone`],
  ],
  [
    'one made by hand, complete',
    [byHand],
    [buildNodeState('k0', { extra }), K2],
    ['unmanaged', [], null],
  ],
  [
    'one made by hand that no node holds',
    [byHand],
    [K0, K2],
    ['unmanaged', ['no node has the address'], ASSIGN],
  ],
  [
    'one made by hand that no node holds, as far as is known',
    [byHand],
    [K0, buildUnread('k2')],
    ['unmanaged', ['no node that answered has the address (k2 did not answer)'], ASSIGN],
  ],
  [
    'one made by hand that two nodes hold',
    [byHand],
    [buildNodeState('k0', { extra }), buildNodeState('k2', { extra })],
    ['unmanaged', ['k2 has it too, on ens34'], null],
  ],
  [
    'an annotation that cannot be read, with an external IP',
    [damaged],
    [K0, K2],
    [
      'damaged',
      [
        'the annotation extip.dev/assignments version is not as extip writes it',
        'no node has the address',
      ],
      'kubectl annotate service -n default svc-test-1 extip.dev/assignments-',
    ],
  ],
  [
    'an annotation that cannot be read, without an external IP',
    [buildService({ annotations: damaged.metadata.annotations as Record<string, string> })],
    [K0, K2],
    [
      'damaged',
      ['the annotation extip.dev/assignments version is not as extip writes it'],
      'kubectl annotate service -n default svc-test-1 extip.dev/assignments-',
    ],
  ],
  [
    'an orphan: its Service is gone',
    [],
    [holding, K2],
    [
      'orphan',
      ['k0 holds it for a Service that is gone or does not name it'],
      `extip release --ip ${IP} --node k0`,
    ],
  ],
  [
    "another cluster's",
    [],
    [buildNodeState('k0', { records: [buildRecord({ cluster: 'other' })] }), K2],
    [
      'orphan',
      ['k0 holds it for another cluster, other; where that is gone, its record may go'],
      `on k0: rm -r -- /var/lib/extip/${IP}.json`,
    ],
  ],
  [
    "a record of the node's own address",
    [],
    [
      buildNodeState('k0', {
        sshAddress: IP,
        records: [buildRecord()],
      }),
      K2,
    ],
    [
      'orphan',
      ['k0 holds it for a Service that is gone or does not name it'],
      `on k0: rm -r -- /var/lib/extip/${IP}.json`,
    ],
  ],
  [
    'a record that cannot be read',
    [],
    [buildNodeState('k0', { damagedRecords: [{ file: 'x.json', reason: 'is not JSON' }] }), K2],
    [
      'damaged',
      ['/var/lib/extip/x.json on k0: is not JSON'],
      'on k0: rm -r -- /var/lib/extip/x.json',
    ],
  ],
];

for (const [what, services, nodes, row] of ROWS) {
  test(`listed: ${what}`, () => {
    const items = list(services, nodes);
    assert.deepEqual(
      items.map(({ state, problems, fix }) => [state, problems, fix]),
      [row],
    );
  });
}

test('a holder that comes back after its address moved: the duplicate, and the command', () => {
  const moved = assigned({ node: 'k2' });
  const items = list([moved], [holding, buildNodeState('k2', { records, extra })]);
  const clean = `extip release --ip ${IP} --node k0`;
  assert.deepEqual(
    items.map(({ node, state, problems, fix }) => [node, state, problems, fix]),
    [
      ['k2', 'incomplete', ['k0 has it too, on ens34'], clean],
      ['k0', 'orphan', ['k0 holds it for a Service that is gone or does not name it'], clean],
    ],
  );
});

test('a Service without external IPs is not listed', () => {
  assert.deepEqual(list([buildService()], [K0, K2]), []);
});

test('an address that is listed twice in other spellings is one', () => {
  const service = buildService({}, { externalIPs: ['2001:DB8::1', '2001:db8:0::1'] });
  assert.deepEqual(
    list([service])
      .filter(({ state }) => state === 'unmanaged')
      .map(({ ip }) => ip),
    ['2001:db8::1'],
  );
});

test('the list is by namespace, Service and address', () => {
  const services = [
    buildService({ namespace: 'web', name: 'a' }, { externalIPs: ['20.1.0.2', '20.1.0.1'] }),
    buildService({ namespace: 'db', name: 'z' }, { externalIPs: ['20.1.0.3'] }),
    buildService({ namespace: 'db', name: 'b' }, { externalIPs: ['20.1.0.4'] }),
  ];
  assert.deepEqual(
    list(services, [K0, K2]).map(({ namespace, service, ip }) => `${namespace}/${service} ${ip}`),
    ['db/b 20.1.0.4', 'db/z 20.1.0.3', 'web/a 20.1.0.1', 'web/a 20.1.0.2'],
  );
});

test('cut off with a record and no address, while another node has the address: release', () => {
  const service = buildAssigned([buildAssignment({ phase: 'assigning' })]);
  const [k0, k2] = [buildNodeState('k0'), buildNodeState('k2')];
  k0.facts?.records.push(buildRecord());
  k2.facts?.interfaces
    .find(({ name }) => name === 'ens34')
    ?.addresses.push({ ip: IP, prefix: 32, label: null, flags: [] });
  const [item] = listAssignments(buildSnapshot({ services: [service] }, [k0, k2]));
  assert.equal(item?.fix, `extip release default/svc-test-1 ${IP}`);
});
