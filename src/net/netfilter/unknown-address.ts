import type { Family, Ip } from '../ip.ts';

/**
 * Stands for an address of the node of which nobody said which it is, as MASQUERADE's may be. It is
 * equal to none: what a packet's addresses are compared with has to ask first whether they are known.
 */
export function unknownAddress(family: Family): Ip {
  return { family, value: -1n, text: 'an address of this node' };
}

export function isKnownAddress({ value }: Ip): boolean {
  return value >= 0n;
}
