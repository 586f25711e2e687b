import type { Packet } from '../packet.ts';

/** Numbers of the protocols that a walk sends packets of (IANA). */
const NUMBERS: Readonly<Record<Packet['protocol'], number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  sctp: 132,
};

const ALIASES: Readonly<Record<string, Packet['protocol']>> = {
  'ipv6-icmp': 'icmpv6',
};

/**
 * Whether `-p NAME` means the packet's protocol: a name of /etc/protocols or a number; `all` and 0
 * mean any (iptables 1.8.9, xtables_parse_protocol).
 */
export function protocolMatches(name: string, packet: Pick<Packet, 'protocol'>): boolean {
  const lower = name.toLowerCase();
  if (lower === 'all' || lower === '0') return true;
  return /^\d+$/.test(lower)
    ? Number(lower) === NUMBERS[packet.protocol]
    : (ALIASES[lower] ?? lower) === packet.protocol;
}

/** The match that `-p NAME` loads by itself, e.g. `icmp6` for `ipv6-icmp`. */
export function protocolMatch(name: string): string {
  const lower = name.toLowerCase();
  const known = Object.entries(NUMBERS).find(([, number]) => String(number) === lower)?.[0];
  const protocol = known ?? ALIASES[lower] ?? lower;
  return protocol === 'icmpv6' ? 'icmp6' : protocol;
}
