import type { Ip } from '../../ip.ts';
import { addressType } from '../address-type.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { hasAddressType, isAddressOf, isLocalAddress, returnsThrough } from '../questions.ts';
import type { Question } from '../rules.ts';
import { known, type Reading, unknownReading } from './reading.ts';

// RTN_…, include/uapi/linux/rtnetlink.h.
const TYPES = {
  unspecified: 0n,
  unicast: 1n,
  local: 2n,
  broadcast: 3n,
  anycast: 4n,
  multicast: 5n,
};
const TYPE_NAMES = new Map([
  ...Object.entries(TYPES).map(([name, value]): [bigint, string] => [value, name]),
  [6n, 'blackhole'],
  [7n, 'unreachable'],
  [8n, 'prohibit'],
]);

/**
 * `fib daddr type`, `fib saddr . iif oif`: what the node's routes say of one of the packet's addresses.
 * Kernel 6.1 net/ipv4/netfilter/nft_fib_ipv4.c; with `iif` or `oif` only that interface's addresses
 * count (nft_fib4_eval_type), or only a route through it (nft_fib4_eval).
 */
export function readFib(
  flags: readonly string[],
  result: string,
): (packet: Packet, node: NodeNetwork) => Reading {
  const of = (packet: Packet) => (flags.includes('saddr') ? packet.source : packet.destination);
  const device = (packet: Packet) =>
    flags.includes('iif') ? packet.inInterface : flags.includes('oif') ? packet.outInterface : null;
  if (result === 'type') return (packet, node) => readType(of(packet), device(packet), node);
  // Which way a route leads is left open here: the question is the one that rp_filter asks.
  return (packet) =>
    unknownReading((first, last) => wayBack(of(packet), device(packet), first, last));
}

function readType(ip: Ip, device: string | null | undefined, node: NodeNetwork): Reading {
  const type = device === undefined ? undefined : addressType(ip, node, device ?? undefined);
  if (type !== undefined) return known(TYPES[type]);
  return unknownReading((first, last) => {
    if (first !== last) return null;
    if (first === TYPES.local) return device ? isAddressOf(ip, device) : isLocalAddress(ip);
    const name = TYPE_NAMES.get(first);
    return name === undefined ? null : hasAddressType(ip, name);
  });
}

// `oif missing` says that no route leads back through the interface: the question's opposite, which
// the match turns round (match-number.ts).
function wayBack(
  ip: Ip,
  device: string | null | undefined,
  first: bigint,
  last: bigint,
): Question | null {
  return device && first === 1n && last > first ? returnsThrough(ip, device) : null;
}
