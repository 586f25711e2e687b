import type { Ip } from '../ip.ts';
import type { NodeNetwork, WalkInterface } from '../netfilter/node-network.ts';
import { inPrefix } from './prefix.ts';

/**
 * The address with which the node speaks towards `towards` (the next hop) by an interface: one in
 * its subnet, else the interface's first; an interface with none borrows from another, `lo`
 * included (IPv4: inet_select_addr, net/ipv4/devinet.c; IPv6 by the longest common prefix of
 * ipv6_dev_get_saddr, net/ipv6/addrconf.c; Linux 6.18). null: there is none; undefined: the node's
 * interfaces, or this one, are not known.
 */
export function sourceAddress(
  device: string | null | undefined,
  towards: Ip,
  node: NodeNetwork,
): Ip | null | undefined {
  const { interfaces } = node;
  const own = interfaces?.find(({ name }) => name === device);
  if (!interfaces || !own) return undefined;
  return (
    nearest(candidates(own, towards), towards) ??
    interfaces.flatMap((other) => candidates(other, towards))[0]?.ip ??
    null
  );
}

function candidates(it: WalkInterface, towards: Ip): WalkInterface['addresses'] {
  return it.addresses.filter(({ ip, scope }) => ip.family === towards.family && scope === 'global');
}

function nearest(addresses: WalkInterface['addresses'], towards: Ip): Ip | undefined {
  if (towards.family === 4) {
    return (addresses.find((address) => inPrefix(address, towards)) ?? addresses[0])?.ip;
  }
  const differing = ({ ip }: { ip: Ip }) => (ip.value ^ towards.value).toString(2).length;
  return addresses.toSorted((a, b) => differing(a) - differing(b))[0]?.ip;
}
