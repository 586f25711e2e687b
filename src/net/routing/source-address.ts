import { type Ip, inRange, parseCidr } from '../ip.ts';
import type { NodeNetwork, WalkInterface } from '../netfilter/node-network.ts';
import { inPrefix, isLinkLocal6, isLoopback } from './prefix.ts';

type Address = WalkInterface['addresses'][number];

/**
 * The address with which the node speaks towards `towards` by an interface: for IPv4 the next hop
 * counts, for IPv6 the destination. null: there is none; undefined: the node's interfaces, or this
 * one, are not known.
 */
export function sourceAddress(
  device: string | null | undefined,
  towards: Ip,
  node: NodeNetwork,
): Ip | null | undefined {
  const { interfaces } = node;
  const own = interfaces?.find(({ name }) => name === device);
  if (!interfaces || !own) return undefined;
  const found =
    towards.family === 4 ? select4(own, towards, interfaces) : select6(own, towards, interfaces);
  return found?.ip ?? null;
}

/**
 * One in the subnet of the interface, else its first; an interface with none borrows from another,
 * `lo` included (inet_select_addr, net/ipv4/devinet.c, Linux 6.18).
 */
function select4(own: WalkInterface, towards: Ip, all: readonly WalkInterface[]) {
  const candidates = ({ addresses }: WalkInterface) =>
    addresses.filter(({ ip, scope }) => ip.family === 4 && scope === 'global');
  const its = candidates(own);
  return its.find((address) => inPrefix(address, towards)) ?? its[0] ?? all.flatMap(candidates)[0];
}

/**
 * The best of all interfaces' addresses by the rules of RFC 6724, of which these can matter here: the
 * destination itself, scope, the outgoing interface, label, longest common prefix; else the first
 * (ipv6_get_saddr_eval, net/ipv6/addrconf.c, Linux 6.18).
 */
function select6(own: WalkInterface, towards: Ip, all: readonly WalkInterface[]) {
  const candidates = all.flatMap(({ name, addresses }) =>
    addresses
      // Link-local addresses are of use on their own link only.
      .filter(({ ip }) => ip.family === 6 && (name === own.name || !isLinkLocal6(ip)))
      .map((address) => ({ ...address, merits: merits(address, name === own.name, towards) })),
  );
  return candidates.reduce<(typeof candidates)[number] | undefined>(
    (best, next) => (best && !isBetter(next.merits, best.merits) ? best : next),
    undefined,
  );
}

/** What speaks for an address, the weightiest first. */
function merits({ ip, prefix }: Address, isOutgoing: boolean, towards: Ip): readonly number[] {
  const shortfall = scopeOf(ip) - scopeOf(towards);
  return [
    Number(ip.value === towards.value),
    // Too small a scope is worst the smaller it is; of those that suffice the smallest is best.
    shortfall >= 0 ? -shortfall : shortfall - 128,
    Number(isOutgoing),
    Number(labelOf(ip) === labelOf(towards)),
    Math.min(commonBits(ip, towards), prefix),
  ];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((merit, index) => merit !== b[index]);
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
}

/** As RFC 4291 numbers them; loopback counts as link-local (__ipv6_addr_type). */
function scopeOf(ip: Ip): number {
  return isLinkLocal6(ip) || isLoopback(ip) ? 2 : 14;
}

/** The kernel's default table (net/ipv6/addrlabel.c), longest prefix first. */
const LABELS = [
  '::1/128',
  '::ffff:0:0/96',
  '::/96',
  '2001::/32',
  '2001:10::/28',
  '2002::/16',
  'fc00::/7',
].map((text) => parseCidr(text));

function labelOf(ip: Ip): number {
  return LABELS.findIndex((cidr) => cidr && inRange(cidr, ip));
}

function commonBits(a: Ip, b: Ip): number {
  const differing = a.value ^ b.value;
  return differing === 0n ? 128 : 128 - differing.toString(2).length;
}
