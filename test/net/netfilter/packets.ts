import { ok } from 'node:assert/strict';
import { type Ip, parseIp } from '../../../src/net/ip.ts';
import { UNCHANGED } from '../../../src/net/netfilter/changes.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import type { Connection, Packet } from '../../../src/net/netfilter/packet.ts';

export function ip(text: string): Ip {
  const parsed = parseIp(text);
  ok(parsed, text);
  return parsed;
}

/** A client's first packet to port 80, before routing, and what differs from it. */
export function packet(
  changes: Partial<Omit<Packet, 'source' | 'destination' | 'connection'>> & {
    source?: string | Ip;
    destination?: string;
    connection?: Partial<Connection>;
  } = {},
): Packet {
  const { source = '203.0.113.9', destination = '10.22.0.0', connection, ...rest } = changes;
  const from = typeof source === 'string' ? ip(source) : source;
  return {
    leg: 'first',
    family: from.family,
    protocol: 'tcp',
    source: from,
    destination: ip(destination),
    sourcePort: 40000,
    destinationPort: 80,
    inInterface: 'eth0',
    outInterface: null,
    physicalIn: null,
    physicalOut: null,
    refusedWith: null,
    mark: 0,
    template: null,
    changes: UNCHANGED,
    ...rest,
    connection: {
      state: 'new',
      direction: 'original',
      original: null,
      reply: null,
      confirmed: false,
      dnat: false,
      snat: false,
      mark: 0,
      replyZone: 0,
      ...connection,
    },
  };
}

/** A node of which nothing is known, and what is. */
export function node(known: Partial<NodeNetwork> = {}): NodeNetwork {
  return {
    interfaces: undefined,
    routes: undefined,
    rules: undefined,
    sysctls: new Map(),
    ipsets: new Map(),
    ...known,
  };
}
