import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Packet } from '../../../../src/net/netfilter/packet.ts';
import { packet as firstPacket, ip, node } from '../packets.ts';

/** A first packet from outside to 10.0.0.1:80, with what a case says of it instead. */
export function packet(fields: Partial<Packet> = {}): Packet {
  return { ...firstPacket({ destination: '10.0.0.1' }), ...fields };
}

export function connection(fields: Partial<Packet['connection']> = {}): Packet['connection'] {
  return firstPacket({ connection: fields }).connection;
}

/** A node of which nothing is known. */
export const UNKNOWN_NODE: NodeNetwork = node();

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
  return { name, up: true, loopback: name === 'lo', addresses };
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
