import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { FORCE_NAMES } from '../../src/plan/force-names.ts';
import {
  contested,
  enforce,
  type Refusal,
  refuseAddress,
  refusePlace,
} from '../../src/plan/refusals.ts';
import { serviceRef } from '../../src/plan/service-ref.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildService,
  buildSnapshot,
  IP,
} from '../build-snapshot.ts';

const own = buildService();

function other(spec: Parameters<typeof buildService>[1], status?: typeof own.status) {
  return { ...buildService({ name: 'other' }, { clusterIP: '10.111.30.9', ...spec }), status };
}

function refuse(snapshot: Snapshot, ip = IP): Refusal[] {
  const holder = { node: 'k0', interface: 'ens34' };
  const address = parseIp(ip) as Ip;
  return [
    ...refuseAddress(snapshot, serviceRef(own), address),
    ...refusePlace(snapshot, address, holder),
  ];
}

const REFUSED: [what: string, snapshot: Snapshot, ip: string, refusals: Refusal[]][] = [
  [
    'the address of a Node and of the API server',
    buildSnapshot(),
    '10.1.0.180',
    [
      { force: 'node-address', message: "10.1.0.180 is node k0's own address (InternalIP)" },
      { force: 'api-server', message: "10.1.0.180 is the API server's address" },
    ],
  ],
  [
    "the address that is a node's own on a segment",
    buildSnapshot(),
    '20.1.0.160',
    [{ force: 'node-address', message: "20.1.0.160/24 is node k0's own address on ens34" }],
  ],
  [
    'a clusterIP',
    buildSnapshot({ services: [own, other({ clusterIP: IP })] }),
    IP,
    [{ force: 'cluster-ip', message: `${IP} is the clusterIP of default/other` }],
  ],
  [
    'a clusterIP of the second family',
    buildSnapshot({ services: [own, other({ clusterIPs: ['10.111.30.9', '2001:DB8::7'] })] }),
    '2001:db8::7',
    [{ force: 'cluster-ip', message: '2001:db8::7 is the clusterIP of default/other' }],
  ],
  [
    "a pod's range",
    buildSnapshot({ ranges: [{ kind: 'pod', cidr: '192.168.0.0/16', owner: 'Node k2' }] }),
    '192.168.99.39',
    [
      {
        force: 'pod-range',
        message: '192.168.99.39 is in 192.168.0.0/16, which belongs to Node k2',
      },
    ],
  ],
  [
    'a pool that somebody else hands out',
    buildSnapshot({
      ranges: [{ kind: 'pool', cidr: '20.1.0.160-20.1.0.170', owner: 'MetalLB IPAddressPool poc' }],
    }),
    IP,
    [
      {
        force: 'pool',
        message: `${IP} is in 20.1.0.160-20.1.0.170, which belongs to MetalLB IPAddressPool poc`,
      },
    ],
  ],
  [
    'a port that another Service serves on an external IP',
    buildSnapshot({ services: [own, other({ externalIPs: [IP] })] }),
    IP,
    [{ force: 'port-taken', message: `${IP}:80/TCP is served by default/other` }],
  ],
  [
    'a port that another Service serves on a load-balancer IP',
    buildSnapshot({ services: [own, other({}, { loadBalancer: { ingress: [{ ip: IP }] } })] }),
    IP,
    [{ force: 'port-taken', message: `${IP}:80/TCP is served by default/other` }],
  ],
  [
    'a port of another Service whose assignment was cut off before it is served',
    buildSnapshot({
      services: [
        own,
        buildAssigned([buildAssignment({ phase: 'assigning' })], { name: 'other' }, {}),
      ],
    }),
    IP,
    [{ force: 'port-taken', message: `${IP}:80/TCP is served by default/other` }],
  ],
  [
    'an address that another node has',
    buildSnapshot({}, [buildNodeState('k0'), buildNodeState('k2', { extra: [{ ip: IP }] })]),
    IP,
    [{ force: 'answered', message: `k2 has ${IP}/32 on ens34` }],
  ],
];

for (const [what, snapshot, ip, refusals] of REFUSED) {
  test(`refused: ${what}`, () => assert.deepEqual(refuse(snapshot, ip), refusals));
}

const ALLOWED: [what: string, snapshot: Snapshot][] = [
  ['an address that nobody has', buildSnapshot()],
  [
    'one that the Service has already',
    buildSnapshot({ services: [buildService({}, { externalIPs: [IP] })] }),
  ],
  [
    'one that was assigned before another Service got it, too',
    buildSnapshot({
      services: [buildAssigned([buildAssignment()]), other({ externalIPs: [IP] })],
    }),
  ],
  [
    'one that another Service has on another port',
    buildSnapshot({ services: [own, other({ externalIPs: [IP], ports: [{ port: 443 }] })] }),
  ],
  [
    'one that another Service has on the same port of another protocol',
    buildSnapshot({
      services: [own, other({ externalIPs: [IP], ports: [{ port: 80, protocol: 'UDP' }] })],
    }),
  ],
  [
    'one of a load balancer that is a proxy, which kube-proxy leaves alone',
    buildSnapshot({
      services: [own, other({}, { loadBalancer: { ingress: [{ ip: IP, ipMode: 'Proxy' }] } })],
    }),
  ],
  [
    "one that a hand put on the holder's interface",
    buildSnapshot({}, [
      buildNodeState('k0', { extra: [{ ip: IP, prefix: 24, flags: ['secondary'] }] }),
      buildNodeState('k2'),
    ]),
  ],
  [
    'one outside of ranges, some of which cannot be read',
    buildSnapshot({ ranges: [{ kind: 'pool', cidr: 'auto', owner: 'MetalLB IPAddressPool x' }] }),
  ],
];

for (const [what, snapshot] of ALLOWED) {
  test(`allowed: ${what}`, () => assert.deepEqual(refuse(snapshot), []));
}

test('of an assigned address the Services that were given it, too, are told', () => {
  const assigned = buildAssigned([buildAssignment()]);
  const told = (...others: ReturnType<typeof other>[]) =>
    contested(buildSnapshot({ services: [assigned, ...others] }), assigned, parseIp(IP) as Ip);
  assert.deepEqual(told(other({})), []);
  assert.deepEqual(told(other({ externalIPs: [IP] })), [
    `${IP}:80/TCP is served by default/other, too: kube-proxy serves one of them`,
  ]);
  assert.deepEqual(
    contested(
      buildSnapshot({ services: [own, other({ externalIPs: [IP] })] }),
      own,
      parseIp(IP) as Ip,
    ),
    [],
    'what is not assigned is refused instead',
  );
});

test('--force overrides what it names and nothing else, and what it overrode is told', () => {
  const refusals = FORCE_NAMES.map((force): Refusal => ({ force, message: `no: ${force}` }));
  for (const refusal of refusals) {
    const { force, message } = refusal;
    assert.deepEqual(enforce([refusal], new Set([force])), [refusal]);
    assert.throws(() => enforce([refusal], new Set()), {
      name: 'RefusedError',
      exitCode: 7,
      reason: force,
      message,
      help: `if you know better: --force ${force}`,
    });
  }
  assert.throws(() => enforce(refusals, new Set(['pool', 'machine'])), {
    reason: 'answered',
    message: /^no: answered; no: node-address; .*no: no-undo$/,
    help: /^if you know better: --force answered (?!.*--force (pool|machine))/,
  });
  assert.deepEqual(enforce([], new Set(['pool'])), []);
});
