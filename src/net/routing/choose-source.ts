import type { Ip } from '../ip.ts';
import type { NodeNetwork } from '../netfilter/node-network.ts';
import type { Asks } from './best-route.ts';
import { isLocal } from './local.ts';
import { lookUpRoute } from './lookup.ts';
import { sourceAddress } from './source-address.ts';

/**
 * The address with which the node itself speaks to a destination: that of the route, or one of the
 * interface that it leads out by; to itself it speaks from the very address
 * (ip_route_output_key_hash_rcu, net/ipv4/route.c, Linux 6.18). `inbound`: another interface that it
 * shall be of; undefined: one that is not known. Returns null: none, as there is no route; undefined:
 * not known.
 */
export function chooseSource(
  destination: Ip,
  node: NodeNetwork,
  asks: Asks,
  inbound: string | null | undefined,
): Ip | null | undefined {
  if (isLocal(destination, node)) return destination;
  if (!node.routes) return undefined;
  const key = { destination, source: null, mark: 0, inInterface: null };
  const found = lookUpRoute(key, node.routes, node, asks);
  if (found.kind === 'unknown') return undefined;
  if (found.kind !== 'route') return null;
  const { preferredSource, hops } = found.route;
  const [hop] = hops;
  const towards = destination.family === 4 ? (hop?.gateway ?? destination) : destination;
  return preferredSource ?? sourceAddress(inbound === null ? hop?.device : inbound, towards, node);
}
