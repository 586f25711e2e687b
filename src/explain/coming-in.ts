import type { Ip } from '../net/ip.ts';
import type { NodeNetwork } from '../net/netfilter/node-network.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { lookUpRoute } from '../net/routing/lookup.ts';
import type { ReadNode } from './node-network-of.ts';

/** What has no ports of a bridge cannot be one. */
export function comingInBy(
  inInterface: string | undefined,
  { bridges }: Pick<ReadNode, 'bridges'>,
): Pick<Asked['packet'], 'inInterface' | 'physicalIn'> {
  const isNoBridge =
    bridges !== undefined && inInterface !== undefined && !bridges.has(inInterface);
  return { inInterface, physicalIn: isNoBridge ? null : undefined };
}

/** By which interface the node itself reaches an address; `direct`: with no gateway on the way. */
export function interfaceTowards(
  ip: Ip,
  network: NodeNetwork,
  { direct }: { direct: boolean },
): string | undefined {
  if (!network.routes) return undefined;
  const key = { destination: ip, source: null, mark: 0, inInterface: null };
  const found = lookUpRoute(key, network.routes, network);
  if (found.kind !== 'route' || found.route.type !== 'unicast') return undefined;
  const [hop] = found.route.hops;
  return (!direct || !hop?.gateway) && hop?.device ? hop.device : undefined;
}
