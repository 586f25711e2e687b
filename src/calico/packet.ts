import type { Ip } from '../net/ip.ts';

/**
 * The first packet of a connection, as connection tracking has it in state NEW; those behind it belong to what
 * was decided of it. What is INVALID to it is dropped by the agent wherever an endpoint's tracked rules are asked,
 * unless FelixConfiguration has disableConntrackInvalidCheck (appendConntrackRules, felix/rules/endpoints.go,
 * 3.28), and is not told of.
 */
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
