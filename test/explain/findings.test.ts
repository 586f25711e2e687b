import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseIp } from '../../src/net/ip.ts';
import type { AddressRange } from '../../src/snapshot/model.ts';
import { buildNodeState, buildUnread, IP } from '../build-snapshot.ts';
import { explainNodes, told } from './explain-recorded.ts';
import { BY_ENS33, recordedFiles, routesOf, SYSCTLS } from './node-files.ts';

const K0 = {
  state: buildNodeState('k0', { extra: [{ ip: IP }] }),
  files: recordedFiles('no-endpoint', 'k0'),
};
const K2 = { state: buildNodeState('k2'), files: recordedFiles('no-endpoint', 'k2') };

/** k0 without the address. */
const WITHOUT = ['ip-addr.json', 'ip-route.json'] as const;
const FREE = {
  state: buildNodeState('k0'),
  files: recordedFiles(
    'no-endpoint',
    'k0',
    Object.fromEntries(
      WITHOUT.map((file) => [file, `${K0.files.bytes[file]}`.replaceAll(IP, '20.1.0.200')]),
    ),
  ),
};

describe('the flows of a Service', () => {
  it('come from outside, from pods and from nodes, on the holder and on the others', () => {
    const { flows, unread, problems } = explainNodes([K2, K0]);
    assert.deepEqual(flows.map(told), [
      'external k0 20.1.0.254 by ens34: delivered dnat',
      'external k2 20.1.0.254 by ens34: delivered dnat',
      'pod k2 192.168.99.39 by calic905d1c271e: delivered dnat',
      'node k0 20.1.0.167: delivered dnat',
      'node k2 20.1.0.150: delivered dnat',
    ]);
    assert.deepEqual(
      flows.map(({ holder }) => holder),
      [true, false, false, true, false],
    );
    assert.deepEqual([unread, problems], [[], []]);
  });

  it('are told once with the list of nodes where the same comes of them', () => {
    const { flows } = explainNodes([K2, FREE]);
    const [own] = flows.filter(({ origin }) => origin === 'node');
    assert.deepEqual([own?.node, own?.nodes], ['k0', ['k0', 'k2']]);
  });

  it('from outside end before any node where none has the address, with the command that helps', () => {
    const { flows, observations } = explainNodes([K2, FREE]);
    const [outside] = flows;
    assert.deepEqual(
      [outside?.verdict, outside?.nodes, outside?.phases],
      [{ outcome: 'dropped', reason: 'no-holder', rule: null }, [], []],
    );
    const fix = { command: 'extip assign default/svc-test-1 20.1.0.167 --node k0' };
    assert.deepEqual(outside?.fix, fix);
    const [gravest] = observations;
    assert.deepEqual([gravest?.code, gravest?.fix], ['no-holder', fix]);
    assert.equal(flows.filter(({ origin }) => origin === 'external').length, 1);
  });

  it('end so, and the help is a node that delivers what comes in, where the policy is Local', () => {
    const service = { externalTrafficPolicy: 'Local' };
    const help = (nodes: Parameters<typeof explainNodes>[0]) =>
      explainNodes(nodes, { service }).flows[0]?.fix;
    assert.deepEqual(help([FREE, K2]), {
      command: 'extip assign default/svc-test-1 20.1.0.167 --node k2',
    });
    const elsewhere = Object.fromEntries(
      WITHOUT.map((file) => [file, `${K2.files.bytes[file]}`.replaceAll('20.1.0.', '30.1.0.')]),
    );
    const files = recordedFiles('no-endpoint', 'k2', elsewhere);
    assert.deepEqual(help([FREE, { ...K2, files }]), {
      advice:
        'externalTrafficPolicy of default/svc-test-1 is Local, and none of k0 runs an endpoint that is ready: run one there, or set the policy to Cluster',
    });
  });

  it('are undetermined from outside where the holder may be a node that cannot be read', () => {
    const state = buildUnread('k2');
    const { flows, unread } = explainNodes([FREE, { state, files: { bytes: {}, missing: {} } }]);
    const [outside] = flows;
    assert.equal(outside?.verdict.reason, 'holder-unknown');
    assert.deepEqual(outside?.undetermined, [{ fact: 'k2 has 20.1.0.167', settledBy: null }]);
    assert.deepEqual(unread, [{ node: 'k2', status: 'unreachable', message: 'No route to host' }]);
  });

  it('are undetermined where not all nodes could be listed', () => {
    const unknown = [{ resource: 'nodes', reason: 'the snapshot has no cluster/nodes.json' }];
    const { flows, observations } = explainNodes([FREE, K2], { cluster: { unknown } });
    assert.equal(flows[0]?.verdict.reason, 'holder-unknown');
    assert.ok(!observations.some(({ code }) => code === 'no-holder'));
    assert.match(observations[0]?.message ?? '', /^nodes could not all be read \(the snapshot has/);
  });

  describe("to a load balancer's address that no node has", () => {
    const world = {
      service: { externalIPs: [] },
      status: { loadBalancer: { ingress: [{ ip: IP }] } },
    };
    const outside = (nodes: Parameters<typeof explainNodes>[0], ranges: AddressRange[] = []) => {
      const { flows, observations } = explainNodes(nodes, { ...world, cluster: { ranges } });
      const codes = observations.map(({ severity, code }) => `${severity} ${code}`);
      return { verdict: flows[0]?.verdict.reason, isMissed: codes.includes('warning no-holder') };
    };

    it('are undetermined while nobody is seen to announce it', () => {
      assert.deepEqual(outside([FREE, K2]), { verdict: 'holder-unknown', isMissed: true });
    });

    it('are told where it is of a pool, or a node has seen who answers', () => {
      const pool: AddressRange = { kind: 'pool', cidr: '20.1.0.160-20.1.0.170', owner: 'MetalLB' };
      const learnt =
        '[{"dst":"20.1.0.167","dev":"ens34","lladdr":"02:de:ad:00:00:01","state":["REACHABLE"]}]';
      const seen = {
        ...K2,
        files: recordedFiles('no-endpoint', 'k2', { 'ip-neigh.json': learnt }),
      };
      for (const found of [outside([FREE, K2], [pool]), outside([FREE, seen])]) {
        assert.deepEqual(found, { verdict: 'dnat', isMissed: false });
      }
    });
  });

  it('say that they were taken to come to a node which has not the address', () => {
    const [, elsewhere] = explainNodes([K0, K2]).flows;
    assert.deepEqual(elsewhere?.assumed[0], {
      fact: 'packets to 20.1.0.167 are sent to k2',
      settledBy: null,
      harmless: false,
    });
  });

  it('from outside are told once, where the same becomes of all hosts', () => {
    const [flow] = explainNodes([K0, K2]).flows;
    assert.deepEqual(flow?.clients, { where: 'anywhere', network: null });
  });

  it('from outside are those of hosts on the segment and of others, where they differ', () => {
    const routes = routesOf('no-endpoint', 'k0', { default: BY_ENS33 });
    const files = recordedFiles('no-endpoint', 'k0', {
      'ip-route.json': routes,
      'sysctl.txt': SYSCTLS.replaceAll('rp_filter = 0', 'rp_filter = 1'),
    });
    const flows = explainNodes([{ ...K0, files }, K2]).flows.slice(0, 3);
    assert.deepEqual(flows.map(told), [
      'external k0 20.1.0.254 by ens34: delivered dnat',
      'external k0 203.0.113.9 by ens34: dropped reverse-path',
      'external k2 20.1.0.254 by ens34: delivered dnat',
    ]);
    assert.deepEqual(
      flows.map(({ clients }) => clients),
      [
        { where: 'segment', network: '20.1.0.0/24' },
        { where: 'elsewhere', network: '20.1.0.0/24' },
        { where: 'anywhere', network: null },
      ],
    );
  });

  it('come in by the interface that the routes name, where the addresses are not known', () => {
    const files = recordedFiles('no-endpoint', 'k0', { 'ip-addr.json': null });
    const [flow] = explainNodes([{ ...K0, files }, K2]).flows;
    assert.deepEqual(flow && told(flow), 'external k0 20.1.0.254 by ens34: delivered dnat');
  });

  it('from a client are of that client, by the interface of the address', () => {
    const from = { kind: 'address', ip: parseIp('20.1.0.165') } as const;
    assert.ok(from.ip);
    const { flows } = explainNodes([K0, K2], { from: { ...from, ip: from.ip } });
    assert.deepEqual(flows.map(told), [
      'external k0 20.1.0.165 by ens34: delivered dnat',
      'external k2 20.1.0.165 by ens34: delivered dnat',
    ]);
  });

  it('from the address of a pod are of its node alone', () => {
    const ip = parseIp('192.168.99.40');
    assert.ok(ip);
    const { flows } = explainNodes([K0, K2], { from: { kind: 'address', ip } });
    assert.deepEqual(flows.map(told), ['pod k2 192.168.99.40 by calie3374fd6e88: delivered dnat']);
  });

  it('to the cluster IP come from pods and nodes, and are told where there is no other address', () => {
    const { flows, observations } = explainNodes([K0, K2], { service: { externalIPs: [] } });
    assert.deepEqual(flows.map(told), [
      'pod k2 192.168.99.39 by calic905d1c271e: delivered dnat',
      'node k0,k2 10.1.0.180: delivered dnat',
    ]);
    assert.ok(observations.some(({ code }) => code === 'no-external-ip'));
  });

  it('to a node port come to each node on its own address', () => {
    const service = {
      externalIPs: [],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 'web-port', nodePort: 30080 }],
    };
    const asking = {
      kind: 'service',
      name: { namespace: 'default', name: 'svc-test-1' },
      clusterIp: false,
      nodePort: true,
    } as const;
    const { flows } = explainNodes([K0, K2], { service, asking });
    const targets = flows.map(({ packet }) => `${packet.destination}:${packet.destinationPort}`);
    assert.deepEqual([...new Set(targets)], ['10.1.0.180:30080', '10.1.0.179:30080']);
  });

  it('are dropped by the policy that keeps the client out, and it is named', () => {
    const guarded = [
      { ...K0, files: recordedFiles('guard', 'k0') },
      { ...K2, files: recordedFiles('guard', 'k2') },
    ];
    const ip = parseIp('20.1.0.65');
    assert.ok(ip);
    const { flows } = explainNodes(guarded, { from: { kind: 'address', ip } });
    for (const { verdict } of flows) {
      assert.equal(verdict.outcome, 'dropped');
      assert.equal(verdict.rule?.file, 'iptables-nft-save.txt');
      assert.match(verdict.rule?.rule ?? '', /-d 20\.1\.0\.167\/32 .* -j DROP$/);
    }
  });
});

describe('what is missing of a node', () => {
  it('is taken to be nothing, and said with the file that would settle it', () => {
    const files = recordedFiles('no-endpoint', 'k0', { 'nft.json': null });
    const [flow] = explainNodes([{ ...K0, files }, K2]).flows;
    assert.equal(flow?.verdict.outcome, 'delivered');
    assert.ok(
      flow?.assumed.some(({ settledBy, harmless }) => settledBy === 'nft.json' && !harmless),
    );
  });

  it('leaves the answer undetermined where no rules are there at all', () => {
    const files = recordedFiles('no-endpoint', 'k0', {
      'iptables-nft-save.txt': null,
      'iptables-legacy-save.txt': null,
      'nft.json': null,
    });
    const { flows, observations } = explainNodes([{ ...K0, files }, K2]);
    const [flow] = flows;
    assert.equal(flow?.verdict.reason, 'rules-unknown');
    assert.deepEqual([flow?.untouched, flow?.reply, flow?.backends], [null, null, []]);
    assert.ok(
      observations.some(({ code, object }) => code === 'rules-unknown' && object === 'node/k0'),
    );
  });

  it('leaves it undetermined where the rules of kube-proxy may be in what is lacking or cut off', () => {
    const save = `${recordedFiles('no-endpoint', 'k0').bytes['iptables-nft-save.txt']}`;
    for (const text of [null, save.slice(0, save.indexOf('-A KUBE-SERVICES'))]) {
      const files = recordedFiles('no-endpoint', 'k0', { 'iptables-nft-save.txt': text });
      const [flow] = explainNodes([{ ...K0, files }, K2]).flows;
      assert.equal(flow?.verdict.reason, 'rules-unknown');
    }
  });

  it('is a damaged listing, too', () => {
    const files = recordedFiles('no-endpoint', 'k0', { 'nft.json': '{"nftables": [' });
    const [flow] = explainNodes([{ ...K0, files }, K2]).flows;
    assert.equal(flow?.verdict.outcome, 'delivered');
    assert.ok(flow?.assumed.some(({ settledBy }) => settledBy === 'nft.json'));
  });
});
