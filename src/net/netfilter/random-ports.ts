import type { PortRange } from './rules.ts';

/**
 * What source ports may be drawn from where a rule says `random` and names none: those of the class
 * that the packet's own is in (nf_nat_l4proto_unique_tuple, net/netfilter/nf_nat_core.c, Linux 6.18).
 * null: there is no port.
 */
export function randomPorts(port: number | null | undefined): PortRange | null {
  if (port === null) return null;
  if (port === undefined || port >= 1024) return { first: 1024, last: 65535, random: true };
  return { ...(port < 512 ? { first: 1, last: 511 } : { first: 600, last: 1023 }), random: true };
}
