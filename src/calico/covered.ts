import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { interfacesOnSegment } from '../snapshot/queries.ts';

/** An interface of a node. */
export interface CoveredInterface {
  node: string;
  interface: string;
}

/**
 * Where an address is guarded: at its holder's interface, and at every interface whose subnet it is in, of
 * the other nodes too, because kube-proxy serves it on all of them and a host of the segment may route
 * through any. The holder's comes first.
 */
export function coveredInterfaces(
  snapshot: Snapshot,
  ip: Ip,
  holder: CoveredInterface,
): CoveredInterface[] {
  const others = interfacesOnSegment(snapshot, ip)
    .map(({ node, interface: name }) => ({ node, interface: name }))
    .filter((one) => one.node !== holder.node || one.interface !== holder.interface);
  return [{ node: holder.node, interface: holder.interface }, ...others];
}
