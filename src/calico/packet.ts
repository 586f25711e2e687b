import type { Ip } from '../net/ip.ts';

/** The first packet of a connection; those behind it belong to what was decided of it. */
export interface Packet {
  /** IANA's number. */
  protocol: number;
  source: Ip;
  /** null: any, as a client's is. */
  sourcePort: number | null;
  /** null: not known. */
  destination: Ip | null;
  destinationPort: number | null;
  icmp?: { type: number; code: number };
}

export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
};

/** The number of a protocol as Calico names it, in any case; null: there is none. */
export function protocolNumber(protocol: string | number): number | null {
  if (typeof protocol === 'number') return protocol;
  if (/^\d{1,3}$/.test(protocol)) return Number(protocol);
  const name = protocol.toLowerCase();
  return Object.hasOwn(PROTOCOLS, name) ? (PROTOCOLS[name] ?? null) : null;
}
