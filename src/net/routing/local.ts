import type { Ip } from '../ip.ts';
import type { NodeNetwork, WalkInterface } from '../netfilter/node-network.ts';
import { inPrefix, isLoopback } from './prefix.ts';

/**
 * Whether the address is one of the node's own: loopback, on an interface, or in a route of type
 * `local`. undefined: neither interfaces nor routes are known.
 */
export function isLocal(ip: Ip, node: NodeNetwork): boolean | undefined {
  if (isLoopback(ip)) return true;
  if (!node.interfaces && !node.routes) return undefined;
  const assigned = node.interfaces?.some((it) => it.addresses.some((own) => same(own.ip, ip)));
  const routed = node.routes?.some((it) => it.type === 'local' && inPrefix(it.destination, ip));
  return assigned || routed || false;
}

/** The node's interface of this name, if it is known. */
export function interfaceNamed(
  name: string | null | undefined,
  node: NodeNetwork,
): WalkInterface | undefined {
  return node.interfaces?.find((it) => it.name === name);
}

function same(a: Ip, b: Ip): boolean {
  return a.family === b.family && a.value === b.value;
}
