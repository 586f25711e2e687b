import type { Ip } from '../../ip.ts';
import { lookUpRoute, type RouteKey } from '../../routing/lookup.ts';
import { isLinkLocal6 } from '../../routing/prefix.ts';
import { addressType } from '../address-type.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { hasAddressType, isAddressOf, isLocalAddress, returnsThrough } from '../questions.ts';
import type { Question } from '../rules.ts';
import { interfaceNumber } from './datatypes.ts';
import { known, type Reading, unknownReading } from './reading.ts';

// RTN_…, include/uapi/linux/rtnetlink.h.
const TYPES = {
  unspecified: 0n,
  unicast: 1n,
  local: 2n,
  broadcast: 3n,
  anycast: 4n,
  multicast: 5n,
  blackhole: 6n,
  unreachable: 7n,
  prohibit: 8n,
};
const TYPE_NAMES = new Map(
  Object.entries(TYPES).map(([name, value]): [bigint, string] => [value, name]),
);

/**
 * `fib daddr type`, `fib saddr . iif oif`: what the node's routes say of one of the packet's addresses.
 * Kernel 6.18 net/ipv4/netfilter/nft_fib_ipv4.c, net/ipv6/netfilter/nft_fib_ipv6.c; with `iif` or `oif`
 * only that interface's addresses count (nft_fib4_eval_type), or only a route through it
 * (nft_fib4_eval). What comes in over lo is always reached through it (nft_fib_can_skip).
 */
export function readFib(
  flags: readonly string[],
  result: string,
): (packet: Packet, node: NodeNetwork) => Reading {
  const isSource = flags.includes('saddr');
  const device = (packet: Packet) =>
    flags.includes('iif') ? packet.inInterface : flags.includes('oif') ? packet.outInterface : null;
  const keyOf = ({ source, destination, mark }: Packet): RouteKey => ({
    destination: isSource ? source : destination,
    source: isSource ? destination : source,
    mark: flags.includes('mark') ? mark : 0,
    inInterface: null,
  });
  if (result === 'type') return (packet, node) => readType(keyOf(packet), device(packet), node);
  return (packet, node) => {
    if (packet.inInterface === 'lo') return known(interfaceNumber('lo'));
    const key = keyOf(packet);
    const through = wayTo(key, device(packet), node);
    return through === undefined
      ? unknownReading((first, last) => wayBack(key.destination, device(packet), first, last))
      : known(interfaceNumber(through));
  };
}

/** Through which interface, or through `device` if one is given; null: not at all, undefined: not known. */
function wayTo(
  key: RouteKey,
  device: string | null | undefined,
  node: NodeNetwork,
): string | null | undefined {
  const ip = key.destination;
  if (!node.routes) return addressType(ip, node) === 'local' ? null : undefined;
  if (isLinkLocal6(ip)) return device;
  const found = lookUpRoute(key, node.routes, node);
  if (found.kind === 'unknown') return undefined;
  if (found.kind !== 'route' || found.route.type !== 'unicast') return null;
  const devices = found.route.hops.map((hop) => hop.device);
  if (device === undefined) return undefined;
  return device === null ? devices[0] : devices.includes(device) ? device : null;
}

function readType(key: RouteKey, device: string | null | undefined, node: NodeNetwork): Reading {
  const ip = key.destination;
  const type = device === undefined ? undefined : typeOf(key, device, node);
  if (type !== undefined) return known(TYPES[type]);
  return unknownReading((first, last) => {
    if (first !== last) return null;
    if (first === TYPES.local) return device ? isAddressOf(ip, device) : isLocalAddress(ip);
    const name = TYPE_NAMES.get(first);
    return name === undefined ? null : hasAddressType(ip, name);
  });
}

/** undefined: not known. Of IPv6 every route counts, of IPv4 the local table alone. */
function typeOf(
  key: RouteKey,
  device: string | null,
  node: NodeNetwork,
): keyof typeof TYPES | undefined {
  const type = addressType(key.destination, node, device ?? undefined);
  if (type !== 'unicast' || key.destination.family === 4 || !node.routes) return type;
  const found = lookUpRoute(key, node.routes, node);
  switch (found.kind) {
    case 'route':
      return 'unicast';
    case 'none':
      return 'unreachable';
    case 'refused':
      return found.type;
    case 'unknown':
      return undefined;
  }
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
