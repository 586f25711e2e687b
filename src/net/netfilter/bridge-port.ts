import type { Packet } from './packet.ts';

/**
 * Whether a packet that came in by a port of a bridge may leave by another one: where it goes out by
 * that bridge. Translated it is bridged then, else as its MAC address has it
 * (br_nf_pre_routing_finish, net/bridge/br_netfilter_hooks.c, Linux 6.18).
 */
export function mayBeBridged(
  { physicalIn, inInterface }: Packet,
  outInterface: string | undefined,
): boolean {
  if (typeof physicalIn !== 'string') return false;
  return outInterface === undefined || inInterface === undefined || outInterface === inInterface;
}
