import type { Ip } from '../ip.ts';
import type { NodeNetwork, Route } from '../netfilter/node-network.ts';
import type { Asks } from './best-route.ts';
import { lookUpRoute } from './lookup.ts';

/** By which way the node itself would send to a packet's source. */
export type ReversePath =
  /** By the interface that the packet came in by. */
  | 'same'
  | 'other'
  | 'none'
  /** The source is the node's own address. */
  | 'local'
  | 'unknown';

/**
 * Looks the way back up as the kernel does for its reverse path filter
 * (__fib_validate_source, net/ipv4/fib_frontend.c, Linux 6.18). `mark`: 0 without src_valid_mark.
 */
export function reversePath(
  { source, destination, mark }: { source: Ip; destination: Ip; mark: number },
  device: string | null | undefined,
  routes: readonly Route[],
  node: NodeNetwork,
  asks?: Asks,
): ReversePath {
  const key = { destination: source, source: destination, mark, inInterface: null };
  const found = lookUpRoute(key, routes, node, asks);
  if (found.kind === 'unknown') return 'unknown';
  if (found.kind !== 'route') return 'none';
  if (found.route.type === 'local') return 'local';
  if (found.route.type !== 'unicast') return 'none';
  if (device === undefined) return 'unknown';
  return found.route.hops.some((hop) => hop.device === device) ? 'same' : 'other';
}
