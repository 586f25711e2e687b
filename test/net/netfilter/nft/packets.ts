import { type Ip, parseIp } from '../../../../src/net/ip.ts';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Packet } from '../../../../src/net/netfilter/packet.ts';

/** The address; the test is wrong where it is none. */
export function ip(text: string): Ip {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(`${text} is not an address`);
  return parsed;
}

/** A first packet from outside to 10.0.0.1:80, with what a case says of it instead. */
export function packet(fields: Partial<Packet> = {}): Packet {
  return {
    family: 4,
    protocol: 'tcp',
    source: ip('203.0.113.9'),
    destination: ip('10.0.0.1'),
    sourcePort: 40000,
    destinationPort: 80,
    inInterface: 'eth0',
    outInterface: null,
    physicalIn: null,
    physicalOut: null,
    mark: 0,
    connection: connection(),
    ...fields,
  };
}

export function connection(fields: Partial<Packet['connection']> = {}): Packet['connection'] {
  return {
    state: 'new',
    direction: 'original',
    original: null,
    dnat: false,
    snat: false,
    mark: 0,
    ...fields,
  };
}

/** A node of which nothing is known. */
export const UNKNOWN_NODE: NodeNetwork = {
  interfaces: undefined,
  routes: undefined,
  rules: undefined,
  sysctls: new Map(),
  ipsets: new Map(),
};

/** A node that has 10.0.0.1/24 on eth0 and 10.244.0.1/24 on cni0. */
export const NODE: NodeNetwork = {
  ...UNKNOWN_NODE,
  interfaces: [
    nic('lo', '127.0.0.1', 8),
    nic('eth0', '10.0.0.1', 24),
    nic('cni0', '10.244.0.1', 24),
  ],
};

function nic(name: string, address: string, prefix: number) {
  const addresses = [{ ip: ip(address), prefix, scope: 'global' }];
  return { name, up: true, loopback: name === 'lo', master: null, addresses };
}

/** Packets of every kind that rules tell apart, to compare the answers of two rules. */
export const VARIOUS: readonly Packet[] = [
  packet(),
  packet({ protocol: 'udp', destinationPort: 53, sourcePort: undefined, mark: 0x4000 }),
  packet({ protocol: 'icmp', sourcePort: null, destinationPort: null, inInterface: undefined }),
  packet({ destination: ip('172.30.0.41'), inInterface: null, outInterface: 'eth0', mark: 0x10 }),
  packet({
    destination: ip('192.168.0.2'),
    destinationPort: 3001,
    connection: connection({ state: 'none' }),
  }),
  packet({
    source: ip('10.0.0.5'),
    outInterface: 'docker0',
    connection: connection({ state: 'established', mark: 16 }),
  }),
  packet({ connection: connection({ state: 'established', direction: 'reply', dnat: true }) }),
  packet({ connection: connection({ state: 'untracked' }), outInterface: undefined }),
  packet({ connection: connection({ state: 'invalid', snat: true }) }),
  packet({ family: 6, source: ip('2001:db8::9'), destination: ip('fd00:10:96::1') }),
  packet({
    family: 6,
    protocol: 'icmpv6',
    source: ip('fe80::1'),
    destination: ip('ff02::1'),
    sourcePort: null,
    destinationPort: null,
  }),
];
