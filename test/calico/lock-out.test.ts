import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import type { CalicoChange } from '../../src/calico/change.ts';
import { coveredInterfaces } from '../../src/calico/covered.ts';
import { brokenBy, type LockOutQuestion } from '../../src/calico/lock-out.ts';
import type { CalicoResource } from '../../src/calico/objects.ts';
import type { EndpointSlice } from '../../src/snapshot/kubernetes.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildLink, buildNodeState, buildService, buildSnapshot, IP } from '../build-snapshot.ts';
import { ip } from './ask.ts';
import { ALLOWING, buildObjects, endpoint, object, policy, preDnat } from './build-objects.ts';
import { withGuard } from './with-guard.ts';

/** The operator's way in to k0, by its ens34. */
const SSH = { node: 'k0', client: ip('10.0.0.9'), server: ip('20.1.0.160'), port: 22 };

interface Situation {
  snapshot?: Snapshot;
  lists?: Partial<Record<CalicoResource, ApiObject[]>>;
  unread?: Partial<Record<CalicoResource, string>>;
  question?: Partial<LockOutQuestion>;
  /** In the place of those that make the guard. */
  changes?: CalicoChange[];
}

function broken({ snapshot = buildSnapshot(), lists, unread, question, changes }: Situation) {
  const before = buildObjects(lists, unread);
  const guarded = question?.ip ?? ip(IP);
  const after = changes ? afterChanges(before, changes) : withGuard(snapshot, before, guarded);
  const covered = coveredInterfaces(snapshot, guarded, { node: 'k0', interface: 'ens34' });
  const asked = { covered, ip: guarded, ssh: [SSH], apiPort: 6443, ...question };
  return brokenBy(snapshot, before, after, asked);
}

/** What is broken at k0's ens34. */
function told(situation: Situation): string[] {
  return broken(situation)
    .filter((one) => one.node === 'k0' && one.interface === 'ens34')
    .map(({ what }) => what);
}

function reasons(situation: Situation): string[] {
  return [...new Set(broken(situation).map(({ reason }) => reason))];
}

const NO_FAILSAFES = {
  felixconfigurations: [
    object('default', { failsafeInboundHostPorts: [], failsafeOutboundHostPorts: [] }),
  ],
};
const OURS = { selector: "extip-external == 'true'" };
const BOTH = { types: ['Ingress', 'Egress'] };
const allow = { action: 'Allow' };
const deny = { action: 'Deny' };

const PODS = [{ kind: 'pod' as const, cidr: '192.168.0.0/16', owner: 'Node k0' }];
const OUR_ENDPOINT = {
  kind: 'HostEndpoint' as const,
  name: 'k0-ens34',
  labels: {},
  annotations: {},
  spec: { node: 'k0', interfaceName: 'ens34', ...ALLOWING },
};

/** What a policy closes that denies everything, with the failsafe ports as Calico comes. */
const CLOSED = [
  'VXLAN between k0 and k2',
  'kubelet (port 10250) between k0 and k2',
  'IPIP between k0 and k2',
  'ICMP echo between k0 and k2',
  'what k0 itself sends by ens34',
  'what comes to k0 itself by ens34',
  'DNS queries of k0 by ens34',
];

/** What failsafe ports keep open. */
const SAFE = [
  'ssh from 10.0.0.9 to k0 port 22',
  'the API server on k0 port 6443',
  'BGP between k0 and k2',
  'Typha (port 5473) between k0 and k2',
  'etcd (ports 2379 and 2380) between k0 and k2',
  'DHCP on k0 ens34',
];

describe('a guard breaks nothing', () => {
  const star = (labels: Record<string, string> = {}, spec = ALLOWING) =>
    endpoint('all', { interfaceName: '*', ...spec }, labels);
  const CASES: [string, Situation][] = [
    ['where Calico has nothing of its own', {}],
    [
      'where policies are for others',
      { lists: { globalnetworkpolicies: [policy('a', { ...BOTH, ingress: [deny] })] } },
    ],
    [
      'where our endpoint has the labels of the one for all interfaces that it replaces',
      {
        lists: {
          hostendpoints: [star({ guarded: 'true' })],
          globalnetworkpolicies: [
            policy('a', { ...BOTH, ingress: [allow], egress: [allow] }),
            preDnat('b', 5, { ...deny, source: { nets: ['192.0.2.0/24'] } }),
          ],
          ...NO_FAILSAFES,
        },
      },
    ],
    [
      'where that one is automatic',
      {
        lists: {
          hostendpoints: [
            star({ guarded: 'true', 'projectcalico.org/created-by': 'calico-kube-controllers' }),
          ],
          globalnetworkpolicies: [policy('a', { ...BOTH, ingress: [allow] })],
        },
      },
    ],
    [
      'where an endpoint of the interface gets our mark',
      {
        lists: {
          hostendpoints: [endpoint('theirs', { expectedIPs: ['20.1.0.160'] }, { guarded: 'true' })],
          globalnetworkpolicies: [
            policy('a', { ingress: [{ ...allow, source: { selector: 'has(guarded)' } }] }),
          ],
        },
      },
    ],
    [
      'where a policy that selects our endpoints has all that is needed',
      {
        lists: {
          globalnetworkpolicies: [
            policy('a', { ...OURS, ...BOTH, ingress: [allow], egress: [allow] }),
          ],
        },
      },
    ],
    [
      'that did not work before',
      {
        lists: {
          hostendpoints: ['k0', 'k2'].map((node) => endpoint(node, { node }, { guarded: 'true' })),
          globalnetworkpolicies: [
            policy('a', { ...BOTH, order: 1 }),
            policy('b', { ...OURS, ...BOTH, order: 2, ingress: [deny] }),
          ],
        },
      },
    ],
  ];
  for (const [name, situation] of CASES) {
    it(name, () => assert.deepEqual(broken(situation), []));
  }
});

describe('an existing policy that denies everything breaks what it closes', () => {
  it('selecting our label: all but failsafe ports, on every node that is covered', () => {
    const lists = { globalnetworkpolicies: [policy('closed', { ...OURS, ...BOTH })] };
    assert.deepEqual(told({ lists }), CLOSED);
    const nodes = new Set(broken({ lists }).map((one) => `${one.node} ${one.interface}`));
    assert.deepEqual([...nodes], ['k0 ens34', 'k2 ens34']);
    assert.deepEqual(reasons({ lists }), [
      'no rule of tier default allows it, whose policies for this endpoint are GlobalNetworkPolicy closed',
    ]);
  });

  it('selecting all endpoints: the same', () => {
    const lists = { globalnetworkpolicies: [policy('closed', { selector: 'all()', ...BOTH })] };
    assert.deepEqual(told({ lists }), CLOSED);
  });

  it('with the failsafe ports emptied: ssh and all that a cluster lives by, too', () => {
    const globalnetworkpolicies = [policy('closed', { ...OURS, ...BOTH })];
    const lists = { globalnetworkpolicies, ...NO_FAILSAFES };
    assert.deepEqual(told({ lists }).sort(), [...CLOSED, ...SAFE].sort());
  });

  it('with ssh on a port that is none of the failsafe ones: the way in', () => {
    const globalnetworkpolicies = [
      policy('not-2222', {
        ...OURS,
        ...BOTH,
        ingress: [{ ...deny, protocol: 'TCP', destination: { ports: [2222] } }, allow],
        egress: [allow],
      }),
    ];
    const question = { ssh: [{ ...SSH, port: 2222 }] };
    assert.deepEqual(broken({ lists: { globalnetworkpolicies }, question }).slice(0, 2), [
      {
        node: 'k0',
        interface: 'ens34',
        what: 'ssh from 10.0.0.9 to k0 port 2222',
        reason: 'GlobalNetworkPolicy not-2222 denies it (rule 1)',
      },
      {
        node: 'k0',
        interface: 'ens34',
        what: 'what comes to k0 itself by ens34: TCP port 2222',
        reason: 'GlobalNetworkPolicy not-2222 denies it (rule 1)',
      },
    ]);
  });

  it('not ssh that comes in by another interface, where both ends are', () => {
    const lists = { globalnetworkpolicies: [policy('closed', OURS)], ...NO_FAILSAFES };
    const hasSsh = (client: string, server: string) =>
      told({
        lists,
        question: { ssh: [{ ...SSH, client: ip(client), server: ip(server) }] },
      }).some((what) => what.startsWith('ssh'));
    assert.equal(hasSsh('10.1.0.5', '10.1.0.180'), false);
    assert.equal(hasSsh('10.0.0.9', '10.1.0.180'), true);
    assert.equal(hasSsh('10.1.0.5', '20.1.0.160'), true);
  });
});

describe('an endpoint takes what it does not let through', () => {
  it('ours without a profile: what goes to the node and leaves it', () => {
    const spec = { node: 'k0', interfaceName: 'ens34' };
    const changes: CalicoChange[] = [{ type: 'put', object: { ...OUR_ENDPOINT, spec } }];
    assert.deepEqual(told({ changes }), CLOSED);
    assert.deepEqual(reasons({ changes }), [
      'HostEndpoint k0-ens34 has no policy for it, and no profile',
    ]);
  });

  it('of an interface that is not known, by what is said of the node', () => {
    const snapshot = buildSnapshot({}, [buildNodeState('k0')]);
    const covered = [{ node: 'k2', interface: 'ens34' }];
    const spec = { node: 'k2', interfaceName: 'ens34' };
    const changes: CalicoChange[] = [{ type: 'put', object: { ...OUR_ENDPOINT, spec } }];
    const found = broken({ snapshot, changes, question: { covered } });
    assert.ok(found.some(({ what }) => what === 'kubelet (port 10250) between k2 and k0'));
  });

  it('of the loopback: what the node sends to itself', () => {
    const spec = { node: 'k0', interfaceName: 'lo' };
    const changes: CalicoChange[] = [{ type: 'put', object: { ...OUR_ENDPOINT, spec } }];
    const question = { covered: [{ node: 'k0', interface: 'lo' }], ssh: [] };
    assert.deepEqual(
      broken({ changes, question }).map(({ interface: name, what }) => [name, what]),
      [['lo', 'what k0 sends to itself']],
    );
  });

  it('ours in the place of one for all interfaces, without its labels', () => {
    const hostendpoints = [endpoint('all', { interfaceName: '*' }, { guarded: 'true' })];
    const globalnetworkpolicies = [
      policy('open', { ...BOTH, order: 1, ingress: [allow], egress: [allow] }),
      policy('closed', { selector: 'all()', order: 2 }),
    ];
    const lists = { hostendpoints, globalnetworkpolicies };
    const put = (labels: Record<string, string>): CalicoChange[] => [
      { type: 'put', object: { ...OUR_ENDPOINT, labels: { 'extip-external': 'true', ...labels } } },
    ];
    assert.deepEqual(told({ lists, changes: put({}) }), [
      'VXLAN between k0 and k2',
      'kubelet (port 10250) between k0 and k2',
      'IPIP between k0 and k2',
      'ICMP echo between k0 and k2',
      'what comes to k0 itself by ens34',
    ]);
    assert.deepEqual(broken({ lists, changes: put({ guarded: 'true' }) }), []);
  });

  it('ours, of which untracked policies are asked, and were not of the one for all interfaces', () => {
    const snapshot = buildSnapshot({ ranges: PODS });
    const withPolicy = (ingress: object) => ({
      snapshot,
      lists: {
        hostendpoints: [endpoint('all', { interfaceName: '*', ...ALLOWING }, { guarded: 'true' })],
        globalnetworkpolicies: [
          policy('raw', { doNotTrack: true, applyOnForward: true, ingress: [ingress] }),
        ],
      },
    });
    const situation = withPolicy({ ...deny, protocol: 'UDP' });
    assert.deepEqual(told(situation), [
      'VXLAN between k0 and k2',
      'what k0 itself sends by ens34: UDP',
      'what comes to k0 itself by ens34: UDP',
      'what pods on k0 send and get by ens34: UDP',
    ]);
    assert.deepEqual(reasons(situation), [
      'GlobalNetworkPolicy raw denies it (rule 1)',
      'what answers it: GlobalNetworkPolicy raw denies it (rule 1)',
      'what answers it: GlobalNetworkPolicy raw denies it (rule 1); GlobalNetworkPolicy raw denies it (rule 1)',
    ]);
    const half = { ...allow, protocol: 'TCP', destination: { ports: [8000] } };
    const untracked = withPolicy(half);
    assert.deepEqual(told(untracked), [
      'what comes to k0 itself by ens34: TCP port 8000',
      'what pods on k0 send and get by ens34: TCP port 8000',
    ]);
    assert.deepEqual(reasons(untracked), [
      'not known: only one way is tracked: GlobalNetworkPolicy raw allows it (rule 1)',
    ]);
  });

  it('ours, where it is not known which policies are for it', () => {
    const unread = { globalnetworkpolicies: '403 Forbidden' };
    const found = broken({ unread, question: { covered: [{ node: 'k0', interface: 'ens34' }] } });
    assert.deepEqual(
      [...new Set(found.map(({ reason }) => reason))],
      ['not known: globalnetworkpolicies: 403 Forbidden'],
    );
  });
});

describe('what a marked endpoint carries along', () => {
  const named = (found: { interface: string; what: string }[]) =>
    [...new Set(found.map((one) => one.interface))].join();

  it('one that goes by addresses: the other interfaces that it governs', () => {
    const hostendpoints = [
      endpoint('theirs', {
        interfaceName: undefined,
        expectedIPs: ['20.1.0.160', '10.1.0.180'],
        ...ALLOWING,
      }),
    ];
    const globalnetworkpolicies = [policy('closed', OURS)];
    const changes: CalicoChange[] = [{ type: 'mark', name: 'theirs', ips: [IP] }];
    const found = broken({ lists: { hostendpoints, globalnetworkpolicies }, changes });
    assert.equal(named(found), 'ens33,ens34');
  });

  it('one with addresses: what rules that name our label make of them elsewhere', () => {
    const hostendpoints = [
      endpoint('theirs', { expectedIPs: ['20.1.0.160'], ...ALLOWING }),
      endpoint('inside', { node: 'k2', interfaceName: 'ens33', ...ALLOWING }, { guarded: 'true' }),
    ];
    const source = { selector: 'has(extip-external)' };
    const globalnetworkpolicies = [policy('others', { ingress: [{ ...deny, source }, allow] })];
    const changes: CalicoChange[] = [{ type: 'mark', name: 'theirs', ips: [IP] }];
    const found = broken({
      lists: { hostendpoints, globalnetworkpolicies },
      changes,
      snapshot: buildSnapshot({ ranges: PODS }),
    });
    assert.deepEqual(
      found.map(({ node, what }) => [node, what]),
      [['k2', 'what comes to k2 itself by ens33: TCP and UDP from 20.1.0.160/32']],
    );
  });
});

describe('IPv6', () => {
  const IP6 = ip('2001:db8::167');
  const link = buildLink('ens34', [
    { ip: '20.1.0.160', prefix: 24 },
    { ip: '2001:db8::160', prefix: 64 },
    { ip: 'fe80::160', prefix: 64 },
  ]);
  const snapshot = buildSnapshot({}, [buildNodeState('k0', { interfaces: [link] })]);
  const covered = [{ node: 'k0', interface: 'ens34' }];
  const withRules = (...ingress: Record<string, unknown>[]) => ({
    snapshot,
    lists: { globalnetworkpolicies: [preDnat('six', 5, ...ingress)] },
    question: { ip: IP6, covered, ssh: [] },
  });
  const selecting = (situation: ReturnType<typeof withRules>) => {
    for (const { spec } of situation.lists.globalnetworkpolicies) Object.assign(spec, OURS);
    return situation;
  };

  it('without neighbour discovery nothing is left: a deny of all kills it', () => {
    const found = told(selecting(withRules({ ...deny, ipVersion: 6 })));
    assert.deepEqual(found, [
      'IPv6 neighbour discovery of 2001:db8::167 on k0 ens34',
      'IPv6 neighbour discovery on k0 ens34',
      'DHCPv6 on k0 ens34',
      'what comes to k0 itself by ens34',
    ]);
  });

  it('a deny that lets ICMPv6 through does not', () => {
    const found = told(
      selecting(withRules({ ...allow, protocol: 'ICMPv6' }, { ...deny, ipVersion: 6 })),
    );
    assert.deepEqual(found, ['DHCPv6 on k0 ens34', 'what comes to k0 itself by ens34']);
  });

  it('our own guard of an IPv6 address breaks nothing', () => {
    const question = { ip: IP6, covered, ssh: [] };
    assert.deepEqual(broken({ snapshot, question }), []);
  });

  it('what is asked for the address itself must go on', () => {
    const object = {
      kind: 'GlobalNetworkPolicy' as const,
      name: 'extip-deny',
      labels: {},
      annotations: {},
      spec: preDnat('x', 1, { ...deny, destination: { nets: [`${IP6.text}/128`] } }).spec,
    };
    const lists = { hostendpoints: [endpoint('a', ALLOWING, { guarded: 'true' })] };
    const changes = [{ type: 'put', object } as CalicoChange];
    assert.deepEqual(told({ snapshot, lists, changes, question: { ip: IP6, covered, ssh: [] } }), [
      'IPv6 neighbour discovery of 2001:db8::167 on k0 ens34',
    ]);
  });
});

describe('ssh to the guarded address itself', () => {
  it('is broken by the guard where its port is none of the failsafe ones', () => {
    const ssh = [{ ...SSH, server: ip(IP), port: 2222 }];
    assert.deepEqual(broken({ question: { ssh } }), [
      {
        node: 'k0',
        interface: 'ens34',
        what: 'ssh from 10.0.0.9 to k0 port 2222',
        reason: 'GlobalNetworkPolicy extip-deny-20-1-0-167 denies it (rule 2)',
      },
    ]);
    assert.deepEqual(broken({ question: { ssh: [{ ...SSH, server: ip(IP) }] } }), []);
  });
});

describe('the API server', () => {
  const closed = policy('closed', { ...OURS, ...BOTH });

  it('is reached by nodes, if their way to it is not by another interface', () => {
    const lists = { globalnetworkpolicies: [closed], ...NO_FAILSAFES };
    const snapshot = buildSnapshot({
      apiServerAddresses: ['api.example', '172.16.0.5', '10.1.0.9'],
    });
    const found = told({ snapshot, lists, question: { apiPort: 8443 } });
    assert.deepEqual(
      found.filter((what) => what.includes('API server')),
      ['k0 to the API server at 172.16.0.5:8443'],
    );
  });

  it('is asked for on the port of the Service kubernetes, too', () => {
    const slice = {
      metadata: {
        namespace: 'default',
        name: 'kubernetes',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      ports: [{ port: 6443 }],
    };
    const snapshot = buildSnapshot({ endpointSlices: [slice] });
    const lists = { globalnetworkpolicies: [closed], ...NO_FAILSAFES };
    const found = told({ snapshot, lists, question: { apiPort: 443 } });
    assert.deepEqual(
      found.filter((what) => what.startsWith('the API server')),
      ['the API server on k0 port 443', 'the API server on k0 port 6443'],
    );
  });
});

describe('other Services', () => {
  const web = buildService(
    { name: 'web' },
    {
      type: 'NodePort',
      externalIPs: ['20.1.0.168', IP],
      ports: [{ port: 80, nodePort: 30080 }],
    },
  );
  const slice = (node: string, address: string): EndpointSlice => ({
    metadata: {
      namespace: 'default',
      name: `web-${node}`,
      labels: { 'kubernetes.io/service-name': 'web' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], nodeName: node }],
    ports: [{ port: 8080 }],
  });
  const snapshot = buildSnapshot({
    services: [web],
    endpointSlices: [slice('k2', '192.168.99.40')],
  });
  const services = (globalnetworkpolicies: ApiObject[], of = snapshot) =>
    told({ snapshot: of, lists: { globalnetworkpolicies } }).filter((what) => what.includes('web'));

  it('lose what a policy for our endpoints denies; the guarded address is not among it', () => {
    const policies = [preDnat('closed', 200, deny)];
    for (const { spec } of policies) Object.assign(spec, OURS);
    assert.deepEqual(services(policies), [
      'default/web on 20.1.0.168:80, default/web on node port 30080',
    ]);
  });

  it('are told with the clients, where it is not all', () => {
    const nets = ['203.0.113.0/24', '192.0.2.7/32'];
    const policies = [preDnat('some', 5, { ...deny, source: { nets } })];
    for (const { spec } of policies) Object.assign(spec, OURS);
    assert.deepEqual(services(policies), [
      'default/web on 20.1.0.168:80, default/web on node port 30080 from 192.0.2.7/32, 203.0.113.0/24',
    ]);
  });

  it('are judged behind kube-proxy: by the address of the endpoint', () => {
    const closedTo = (address: string) => [
      policy('closed', {
        ...OURS,
        applyOnForward: true,
        ingress: [{ ...deny, destination: { nets: [address] } }, allow],
      }),
    ];
    assert.equal(services(closedTo('192.168.99.40/32')).length, 1);
    assert.deepEqual(services(closedTo('20.1.0.168/32')), []);
  });

  it('may end in a process of the node, which another node only forwards to', () => {
    const host = {
      ...snapshot,
      cluster: { ...snapshot.cluster, endpointSlices: [slice('k0', '10.1.0.180')] },
    };
    const lists = { globalnetworkpolicies: [policy('closed', OURS)] };
    const found = broken({ snapshot: host, lists }).filter(({ what }) => what.includes('web'));
    assert.deepEqual(
      found.map(({ node }) => node),
      ['k0'],
    );
  });

  it('are stopped on their way out by what the egress of an interface denies', () => {
    const out = policy('out', { ...OURS, applyOnForward: true, types: ['Egress'], egress: [deny] });
    const found = broken({ snapshot, lists: { globalnetworkpolicies: [out] } });
    assert.deepEqual(
      found.filter(({ what }) => what.includes('web')).map(({ node, reason }) => [node, reason]),
      [
        [
          'k0',
          'not known: it depends on the interface that it leaves by: let in, but on its way out: GlobalNetworkPolicy out denies it (rule 1)',
        ],
      ],
    );
  });
});

it('what is alike is told in one line, with the first few named', () => {
  const names = Array.from({ length: 7 }, (_, index) => `n${index}`);
  const cluster = {
    nodes: names.map((name, index) => ({
      metadata: { name },
      status: { addresses: [{ type: 'InternalIP', address: `20.1.0.${10 + index}` }] },
    })),
  };
  const lists = { globalnetworkpolicies: [policy('closed', { ...OURS, ...BOTH })] };
  const found = told({ snapshot: buildSnapshot(cluster), lists });
  assert.equal(found[0], 'VXLAN between k0 and k2, n0, n1 and 5 more');
});
