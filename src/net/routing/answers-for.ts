import type { Ip } from '../ip.ts';
import type { NodeNetwork } from '../netfilter/node-network.ts';
import { anyOf, largerOf } from './sysctl.ts';

/**
 * Whether the node answers those who ask on this interface for an address that is its own: ARP by
 * `arp_ignore` (arp_ignore, net/ipv4/arp.c), NDP only where the interface itself has the address or is
 * a proxy (ndisc_recv_ns, net/ipv6/ndisc.c; Linux 6.18). undefined: not known.
 */
export function answersFor(ip: Ip, device: string, node: NodeNetwork): boolean | undefined {
  const places = (node.interfaces ?? []).flatMap(({ name, addresses }) =>
    addresses.filter((it) => it.ip.text === ip.text).map(({ scope }) => ({ name, scope })),
  );
  const isThere = places.some(({ name }) => name === device);
  if (ip.family === 6) {
    if (isThere) return true;
    return anyOf('proxy_ndp', device, node, 6) === false ? false : undefined;
  }
  switch (largerOf('arp_ignore', device, node)) {
    case undefined:
      return isThere || undefined;
    case 1:
    case 2:
      return isThere;
    case 3:
      return places.some(({ scope }) => scope !== 'host');
    case 8:
      return false;
    default:
      return true;
  }
}
