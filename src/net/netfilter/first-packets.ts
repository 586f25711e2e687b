import type { Packet } from './packet.ts';

/**
 * The flags of a TCP packet: a walk sends what opens a connection, a SYN, and gets a SYN,ACK or
 * REJECT's reset. undefined: it is no TCP packet.
 */
export function tcpFlags({ protocol, leg }: Packet): readonly string[] | undefined {
  return protocol === 'tcp' ? TCP_FLAGS[leg] : undefined;
}

const TCP_FLAGS: Readonly<Record<Packet['leg'], readonly string[]>> = {
  first: ['SYN'],
  reply: ['SYN', 'ACK'],
  refusal: ['RST', 'ACK'],
};

/**
 * The type and code of an ICMP packet: a walk sends echo requests, and gets echo replies or what
 * REJECT sends. null: it is no ICMP packet.
 */
export function icmpType({
  protocol,
  leg,
  refusedWith,
}: Packet): { type: number; code: number } | null {
  if (protocol !== 'icmp' && protocol !== 'icmpv6') return null;
  if (leg === 'refusal') return ERRORS[refusedWith ?? ''] ?? null;
  const [request, reply] = protocol === 'icmp' ? [8, 0] : [128, 129];
  return { type: leg === 'reply' ? reply : request, code: 0 };
}

/** RFC 792, 1812 and 4443, by net/ipv4/netfilter/ipt_REJECT.c and ip6t_REJECT.c of Linux 6.18. */
const ERRORS: Readonly<Record<string, { type: number; code: number }>> = {
  'icmp-net-unreachable': { type: 3, code: 0 },
  'icmp-host-unreachable': { type: 3, code: 1 },
  'icmp-proto-unreachable': { type: 3, code: 2 },
  'icmp-port-unreachable': { type: 3, code: 3 },
  'icmp-net-prohibited': { type: 3, code: 9 },
  'icmp-host-prohibited': { type: 3, code: 10 },
  'icmp-admin-prohibited': { type: 3, code: 13 },
  'icmp6-no-route': { type: 1, code: 0 },
  'icmp6-adm-prohibited': { type: 1, code: 1 },
  'icmp6-addr-unreachable': { type: 1, code: 3 },
  'icmp6-port-unreachable': { type: 1, code: 4 },
  'icmp6-policy-fail': { type: 1, code: 5 },
  'icmp6-reject-route': { type: 1, code: 6 },
};
