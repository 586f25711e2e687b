import type { Cidr } from './ip.ts';

/** An address that a subnet keeps for itself. */
export interface SubnetEnd {
  ip: string;
  role: 'network' | 'broadcast' | 'router anycast';
}

/**
 * The network and broadcast address of an IPv4 subnet, and the anycast address of an IPv6 subnet's
 * routers, which Linux joins where it forwards (addrconf_join_anycast, net/ipv6/addrconf.c). Links
 * between two hosts have none (RFC 3021, RFC 6164).
 */
export function subnetEnds({ first, last, prefix }: Cidr): SubnetEnd[] {
  if (first.family === 6) return prefix < 127 ? [{ ip: first.text, role: 'router anycast' }] : [];
  if (prefix >= 31) return [];
  return [
    { ip: first.text, role: 'network' },
    { ip: last.text, role: 'broadcast' },
  ];
}
