import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fix } from '../../src/explain/explanation.ts';
import { parseIp } from '../../src/net/ip.ts';
import type { EndpointSlice } from '../../src/snapshot/kubernetes.ts';
import type { NodeState } from '../../src/snapshot/model.ts';
import type { NodeFile } from '../../src/snapshot/node-files.ts';
import {
  buildAssigned,
  buildAssignment,
  buildEndpointSlice,
  buildLink,
  buildNodeState,
  buildService,
  buildUnread,
  IP,
} from '../build-snapshot.ts';
import { ENDPOINTS, explainNodes, type World } from './explain-recorded.ts';
import { BY_ENS33, recordedFiles, routesOf, SYSCTLS } from './node-files.ts';

interface Nodes {
  k0?: Partial<Record<NodeFile, string | null>>;
  k2?: Partial<Record<NodeFile, string | null>>;
  state0?: NodeState;
  state2?: NodeState;
}

/** What is observed besides that the policy is Cluster: k0 has the address, and the rules lead to two pods. */
function observed(world: World = {}, { k0, k2, state0, state2 }: Nodes = {}) {
  const nodes = [
    {
      state: state0 ?? buildNodeState('k0', { extra: [{ ip: IP }] }),
      files: recordedFiles('no-endpoint', 'k0', k0),
    },
    { state: state2 ?? buildNodeState('k2'), files: recordedFiles('no-endpoint', 'k2', k2) },
  ];
  const { observations } = explainNodes(nodes, {
    ...world,
    service: { ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }], ...world.service },
  });
  return observations.filter(({ message }) => !message.includes('is Cluster: every node'));
}

const rules = (node: 'k0' | 'k2') =>
  `${recordedFiles('no-endpoint', node).bytes['iptables-nft-save.txt']}`;
/** k0's, with one before the others of FORWARD. */
function withRule(rule: string): Nodes['k0'] {
  return { 'iptables-nft-save.txt': rules('k0').replace(/^(-A FORWARD )/m, `${rule}\n$1`) };
}

/** These without kube-proxy's rules of the external IP. */
function without(...nodes: ('k0' | 'k2')[]): Nodes {
  const pattern = /^-A KUBE-SERVICES -d 20\.1\.0\.167.*\n/gm;
  return Object.fromEntries(
    nodes.map((node) => [node, { 'iptables-nft-save.txt': rules(node).replaceAll(pattern, '') }]),
  );
}

/** One pod that is not ready, in a slice of each family. */
function dualStack(): EndpointSlice[] {
  return (['IPv4', 'IPv6'] as const).map((addressType, at) => ({
    ...buildEndpointSlice(buildService()),
    addressType,
    endpoints: [
      {
        addresses: [at === 0 ? '192.168.99.39' : 'fd00::39'],
        nodeName: 'k2',
        conditions: { ready: false },
        targetRef: { kind: 'Pod', namespace: 'default', name: 'web-1' },
      },
    ],
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  }));
}

const GATE: Fix = {
  command: 'on k0: curl -s http://127.0.0.1:10249/metrics | grep AllowServiceExternalIPs',
};
const PODS: Fix = { command: 'kubectl get pods -n kube-system -l k8s-app=kube-proxy -o wide' };
const withLink = (node: 'k0' | 'k2', ifname: string) =>
  `${recordedFiles('no-endpoint', node).bytes['ip-addr.json']}`.replace(
    /\]\s*$/,
    `,{"ifname":"${ifname}","flags":["NOARP"],"addr_info":[]}]`,
  );
/** Another host answers for the address. */
const LEARNT =
  '[{"dst":"20.1.0.167","dev":"ens34","lladdr":"02:de:ad:00:00:01","state":["REACHABLE"]}]';
/** The second pod is not ready. */
const HALF_READY = ENDPOINTS.map((endpoint, at) => ({
  ...endpoint,
  conditions: { ready: at === 0 },
}));

const ENDING = ENDPOINTS.map((endpoint) => ({
  ...endpoint,
  conditions: { ready: false, serving: true, terminating: true },
}));

interface Case {
  what: string;
  world?: World;
  nodes?: Nodes;
  /** Severity, code and object, with the words that matter. */
  said: [start: string, words: RegExp, fix: Fix | null][];
}

const CASES: Case[] = [
  { what: 'nothing where all is well', said: [] },
  {
    what: 'an address on two nodes, and the command for the one that extip did not choose',
    world: { cluster: { services: [buildAssigned([buildAssignment()])] } },
    nodes: { state2: buildNodeState('k2', { extra: [{ ip: IP }] }) },
    said: [
      [
        'error several-holders ip/20.1.0.167',
        /on 2 nodes, k0, k2: each answers/,
        { command: 'on k2: ip addr del 20.1.0.167/32 dev ens34' },
      ],
    ],
  },
  {
    what: 'the holder of a Service with policy Local that runs no endpoint',
    world: { service: { externalTrafficPolicy: 'Local' } },
    said: [
      [
        'error wrong-holder ip/20.1.0.167',
        /k0 has 20\.1\.0\.167 and runs no ready endpoint .*: k2$/,
        { advice: 'put 20.1.0.167 on k2, or set externalTrafficPolicy to Cluster' },
      ],
      ['info external-policy service/default/svc-test-1', /is Local: .*deliver: k2$/, null],
    ],
  },
  {
    what: 'no endpoints, and rules that lead to pods that are gone',
    world: { endpoints: [], service: { selector: { app: 'web' } } },
    said: [
      [
        'error no-endpoints service/default/svc-test-1',
        /no pod matches its selector/,
        { command: 'kubectl get pods -n default -l app=web' },
      ],
      [
        'error rules-stale service/default/svc-test-1',
        /k0, k2 .*which the API no longer has/,
        PODS,
      ],
    ],
  },
  {
    what: 'endpoints that are not ready',
    world: {
      endpoints: HALF_READY,
      service: { selector: { app: 'web' } },
    },
    said: [
      [
        'warning endpoints-not-ready service/default/svc-test-1',
        /1 of the 2 endpoints/,
        { command: 'kubectl get pods -n default -l app=web' },
      ],
    ],
  },
  {
    what: 'endpoints that all end and still serve: they get what is sent, also under policy Local',
    world: {
      endpoints: ENDING,
      service: { externalTrafficPolicy: 'Local', selector: { app: 'web' } },
    },
    nodes: { state0: buildNodeState('k0'), state2: buildNodeState('k2', { extra: [{ ip: IP }] }) },
    said: [
      [
        'warning endpoints-not-ready service/default/svc-test-1',
        /none of the 2 endpoints .* goes to those that end \(2\)/,
        { command: 'kubectl get pods -n default -l app=web' },
      ],
      ['info external-policy service/default/svc-test-1', /is Local: .*deliver: k2$/, null],
    ],
  },
  {
    what: 'endpoints that could not be read: nothing is said of them',
    world: {
      endpoints: [],
      cluster: {
        endpointSlices: [],
        unknown: [{ resource: 'endpointslices', reason: '403 Forbidden' }],
      },
    },
    said: [
      ['warning resource-unread cluster', /^endpointslices .* \(403 Forbidden\): who is/, null],
    ],
  },
  {
    what: 'a pod of two families as one',
    world: { cluster: { endpointSlices: dualStack() }, service: { selector: { app: 'web' } } },
    said: [
      [
        'error endpoints-not-ready service/default/svc-test-1',
        /^the one endpoint of default\/svc-test-1 is not ready: what is sent to it is refused$/,
        { command: 'kubectl get pods -n default -l app=web' },
      ],
      ['error rules-stale service/default/svc-test-1', /192\.168\.99\.40:8080, which/, PODS],
    ],
  },
  {
    what: 'a headless Service, whose addresses nobody serves',
    world: { service: { clusterIP: 'None', clusterIPs: ['None'] } },
    nodes: without('k0', 'k2'),
    said: [
      [
        'error not-proxied service/default/svc-test-1',
        /is headless \(its clusterIP is None\), so kube-proxy .*: what is sent to 20\.1\.0\.167 does/,
        { advice: 'make another Service for the same pods, of type ClusterIP with a cluster IP' },
      ],
    ],
  },
  {
    what: 'no node ports, where they are asked for',
    world: {
      asking: {
        kind: 'service',
        name: { namespace: 'default', name: 'svc-test-1' },
        clusterIp: false,
        nodePort: true,
      },
    },
    said: [['warning no-node-port service/default/svc-test-1', /its type is ClusterIP/, null]],
  },
  {
    what: 'an external IP that no node has rules for, with how to see whether it is served at all',
    nodes: without('k0', 'k2'),
    said: [
      [
        'error rules-missing service/default/svc-test-1',
        /^k0, k2 have no rule .* \(its feature gate AllowServiceExternalIPs\)$/,
        GATE,
      ],
    ],
  },
  {
    what: 'pods without the named port',
    world: { service: { ports: [{ name: 'web', port: 80, targetPort: 'web-port' }] } },
    said: [
      [
        'error named-port-missing service/default/svc-test-1',
        /^pods behind default\/svc-test-1 that have no port of the name web-port, .*: 2 of 2$/,
        { advice: 'name a containerPort web-port in those pods, or give targetPort a number' },
      ],
    ],
  },
  {
    what: 'a node without the rules of the address',
    nodes: without('k2'),
    said: [
      [
        'error rules-missing node/k2',
        /k2 has no rule of kube-proxy for 20\.1\.0\.167:80 tcp/,
        PODS,
      ],
    ],
  },
  {
    what: 'a node whose rules lack an endpoint',
    nodes: {
      k2: {
        'iptables-nft-save.txt': rules('k2').replaceAll(
          /^-A KUBE-SVC-.*192\.168\.99\.39:8080".*\n/gm,
          '',
        ),
      },
    },
    said: [['error rules-stale node/k2', /they do not lead to 192\.168\.99\.39:8080/, PODS]],
  },
  {
    what: 'a node that does not forward',
    nodes: { k0: { 'sysctl.txt': SYSCTLS.replaceAll(/(ip_forward|forwarding) = 1/g, '$1 = 0') } },
    said: [
      [
        'error forwarding-off node/k0',
        /net\.ipv4\.ip_forward is 0/,
        { command: 'on k0: sysctl -w net.ipv4.ip_forward=1' },
      ],
    ],
  },
  {
    what: 'a node that forwards, but not what comes in by one interface',
    nodes: { k0: { 'sysctl.txt': `${SYSCTLS}net.ipv4.conf.ens34.forwarding = 0\n` } },
    said: [
      [
        'error forwarding-off node/k0',
        /what comes in by ens34 \(net\.ipv4\.conf\.ens34\.forwarding is 0\)/,
        { command: 'on k0: sysctl -w net.ipv4.conf.ens34.forwarding=1' },
      ],
    ],
  },
  {
    what: 'a rule made by hand that decides',
    nodes: { k0: withRule('-A FORWARD -p tcp -m tcp --dport 8080 -j DROP') },
    said: [
      [
        'error foreign-rule node/k0',
        /k0: what loses all connections is neither kube-proxy's nor Calico's: -A FORWARD -p tcp -m tcp --dport 8080 -j DROP$/,
        {
          advice:
            'find who made it (a firewall, another tool, by hand), and let tcp to 20.1.0.167 and to the pods through before it',
        },
      ],
    ],
  },
  {
    what: 'a rule made by hand that loses what goes to one of two pods',
    nodes: { k0: withRule('-A FORWARD -d 192.168.99.39/32 -j DROP') },
    said: [
      [
        'error foreign-rule node/k0',
        /k0: what loses half of the connections is neither .*: -A FORWARD -d 192\.168\.99\.39\/32 -j DROP$/,
        {
          advice:
            'find who made it (a firewall, another tool, by hand), and let tcp to 20.1.0.167 and to the pods through before it',
        },
      ],
    ],
  },
  {
    what: 'a rule made by hand that loses the answers',
    nodes: { k0: withRule('-A FORWARD -s 192.168.99.0/24 -j DROP') },
    said: [
      [
        'error foreign-rule node/k0',
        /k0: what loses the answers of all connections is neither .*: -A FORWARD -s 192\.168\.99\.0\/24 -j DROP$/,
        {
          advice:
            'find who made it (a firewall, another tool, by hand), and let the answers of the pods through before it',
        },
      ],
    ],
  },
  {
    what: 'another host that answers for the address',
    nodes: { k2: { 'ip-neigh.json': LEARNT } },
    said: [
      [
        'error neighbour ip/20.1.0.167',
        /k2 has learnt on ens34 that a host that is no node \(02:de:ad:00:00:01\) has/,
        {
          advice:
            'find the host with 02:de:ad:00:00:01 and take 20.1.0.167 off it, or choose another address',
        },
      ],
    ],
  },
  {
    what: 'a host that may be the node that could not be read',
    nodes: { k2: { 'ip-neigh.json': LEARNT }, state0: buildUnread('k0') },
    said: [
      ['error node-unread node/k0', /k0 is unreachable/, null],
      ['info neighbour ip/20.1.0.167', /none of the nodes that were read; k0 may be it$/, null],
    ],
  },
  {
    what: 'a node of which a folder made by hand has rules, and not its addresses',
    nodes: {
      k2: { 'ip-addr.json': null },
      state2: {
        name: 'k2',
        status: 'unknown',
        message: 'the snapshot has no nodes/k2/ip-addr.json',
        reachedBy: 'a snapshot',
      },
    },
    said: [['warning node-unread node/k2', /^k2 is known in part: .* no nodes\/k2\/ip-addr/, null]],
  },
  {
    what: 'an address on several nodes that is routed to them',
    world: { service: { externalIPs: ['203.0.113.50'] } },
    nodes: {
      state0: buildNodeState('k0', { extra: [{ ip: '203.0.113.50', prefix: 32 }] }),
      state2: buildNodeState('k2', { extra: [{ ip: '203.0.113.50', prefix: 32 }] }),
    },
    said: [
      ['error rules-missing service/default/svc-test-1', /203\.0\.113\.50:80/, GATE],
      ['info several-holders ip/203.0.113.50', /of no segment of theirs/, null],
    ],
  },
  {
    what: 'IPVS, which is not in the rules',
    nodes: {
      k2: {
        'iptables-nft-save.txt': '',
        'kube-proxy.txt': null,
        'ip-addr.json': withLink('k2', 'kube-ipvs0'),
      },
    },
    said: [['warning other-data-path node/k2', /k2: IPVS serves Services there/, null]],
  },
  {
    what: 'IPVS beside rules that are left over, as kube-proxy says',
    nodes: { k2: { 'kube-proxy.txt': 'ipvs\n' } },
    said: [['warning other-data-path node/k2', /k2: IPVS serves Services there/, null]],
  },
  {
    what: 'eBPF programs beside rules that are left over, where kube-proxy says nothing',
    nodes: { k2: { 'kube-proxy.txt': null, 'ip-addr.json': withLink('k2', 'cilium_host') } },
    said: [['warning other-data-path node/k2', /k2: eBPF programs serve Services there/, null]],
  },
  {
    what: 'nothing where Cilium leaves Services to kube-proxy',
    nodes: { k2: { 'ip-addr.json': withLink('k2', 'cilium_host') } },
    said: [],
  },
  {
    what: 'rules that could not be read, and why',
    nodes: { k2: { 'iptables-nft-save.txt': null } },
    said: [
      [
        'error rules-unknown node/k2',
        /k2: .* not known \(iptables-nft-save\.txt: there is no such program\)/,
        { advice: 'read them as root: see docs/permissions.md' },
      ],
    ],
  },
  {
    what: 'session affinity, source ranges that do not hold and the port of health checks',
    world: {
      service: {
        sessionAffinity: 'ClientIP',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        healthCheckNodePort: 31000,
      },
    },
    said: [
      [
        'warning source-ranges service/default/svc-test-1',
        /do not hold for its externalIPs/,
        { advice: 'keep clients out by a policy of the network plug-in or a firewall' },
      ],
      ['info health-check-port service/default/svc-test-1', /on port 31000/, null],
      ['info session-affinity service/default/svc-test-1', /within 10800 s/, null],
    ],
  },
];

describe('what is observed besides the flows', () => {
  for (const { what, world, nodes, said } of CASES) {
    it(what, () => {
      const found = observed(world, nodes);
      const starts = found.map(({ severity, code, object }) => `${severity} ${code} ${object}`);
      assert.deepEqual(
        starts,
        said.map(([start]) => start),
        JSON.stringify(found, null, 1),
      );
      for (const [at, [, words, fix]] of said.entries()) {
        assert.match(found[at]?.message ?? '', words);
        assert.deepEqual(found[at]?.fix, fix);
      }
    });
  }
});

describe('an address and port that are asked about', () => {
  const asked = (text: string, port: number | null, protocol: 'tcp' | 'icmp' = 'tcp') => {
    const ip = parseIp(text);
    assert.ok(ip);
    return observed({ asking: { kind: 'packet', ip, port, protocol } });
  };

  it('of a Service that is served there at other ports', () => {
    const fix = { command: `extip explain ip ${IP}` };
    for (const [port, protocol, what] of [
      [81, 'tcp', '81/tcp'],
      [null, 'icmp', 'icmp'],
    ] as const) {
      const message = `${IP} is an address of default/svc-test-1 for 80/tcp, and not for ${what}`;
      const about = { code: 'not-served', severity: 'warning', object: `ip/${IP}` };
      assert.deepEqual(asked(IP, port, protocol), [{ ...about, message, fix }]);
    }
  });

  it('of nobody', () => {
    const [first, ...others] = asked('20.1.0.160', 80);
    assert.deepEqual(others, []);
    assert.equal(first?.message, 'no Service is served on 20.1.0.160; k0 has it');
  });
});

describe('the way back', () => {
  const STRICT = SYSCTLS.replaceAll('rp_filter = 0', 'rp_filter = 1');
  const back = (by: typeof BY_ENS33 | null) => routesOf('no-endpoint', 'k0', { default: by });

  it('by another interface loses what comes by a router, where rp_filter is strict', () => {
    const [first, ...others] = observed(
      {},
      { k0: { 'ip-route.json': back(BY_ENS33), 'sysctl.txt': STRICT } },
    );
    assert.deepEqual(others, []);
    assert.deepEqual(
      [first?.severity, first?.code, first?.object, first?.fix],
      [
        'error',
        'asymmetric-return',
        'node/k0',
        { command: 'on k0: sysctl -w net.ipv4.conf.ens34.rp_filter=2' },
      ],
    );
    assert.match(
      first?.message ?? '',
      /^k0: what comes from hosts not on 20\.1\.0\.0\/24 by ens34/,
    );
  });

  it('by another interface is told with the node, once', () => {
    const [first, ...others] = observed({}, { k0: { 'ip-route.json': back(BY_ENS33) } });
    assert.deepEqual(others, []);
    assert.deepEqual([first?.severity, first?.code], ['warning', 'asymmetric-return']);
  });

  it('that is none is named, with whom it cuts off', () => {
    for (const sysctls of [SYSCTLS, STRICT.replaceAll('rp_filter = 1', 'rp_filter = 2')]) {
      const [first, ...others] = observed(
        {},
        { k0: { 'ip-route.json': back(null), 'sysctl.txt': sysctls } },
      );
      assert.deepEqual(others, []);
      assert.deepEqual(
        [first?.severity, first?.code, first?.fix],
        ['error', 'no-way-back', { advice: 'give k0 a route there by ens34, or a default route' }],
      );
      assert.match(
        first?.message ?? '',
        /no route to hosts not on 20\.1\.0\.0\/24, such as 203\.0\.113\.9, so what comes/,
      );
    }
  });

  it('of one client is told of that one', () => {
    const ip = parseIp('30.1.0.165');
    assert.ok(ip);
    const [first] = observed(
      { from: { kind: 'address', ip } },
      { k0: { 'ip-route.json': back(null) } },
    );
    assert.match(first?.message ?? '', /no route to 30\.1\.0\.165, so what comes/);
  });
});

it('a command quotes the name of an interface that a shell would read otherwise', () => {
  const link = buildLink("e;th'0", [{ ip: IP }]);
  const found = observed(
    { cluster: { services: [buildAssigned([buildAssignment()])] } },
    { state2: buildNodeState('k2', { interfaces: [link] }) },
  );
  const [first] = found;
  assert.deepEqual(first?.fix, { command: `on k2: ip addr del ${IP}/32 dev 'e;th'\\''0'` });
});
