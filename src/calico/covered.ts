import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, subnetHolding } from '../snapshot/queries.ts';
import type { Place } from './governing-endpoint.ts';

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
  const onSegment = answeringNodes(snapshot).flatMap(({ name: node, facts }) =>
    facts.interfaces
      // One that is down may come up again.
      .filter((link) => subnetHolding(link, ip) !== null)
      .map((link) => ({ node, interface: link.name })),
  );
  const others = onSegment.filter(
    (one) => one.node !== holder.node || one.interface !== holder.interface,
  );
  const links = snapshot.nodes[holder.node]?.facts?.interfaces ?? [];
  const isLoopback = links.some((link) => link.name === holder.interface && link.loopback);
  // Nothing comes in through a loopback.
  return [...(isLoopback ? [] : [holderPlace(holder)]), ...others];
}

/** The interface with its addresses, as far as they are known. */
export function placeOf({ nodes }: Snapshot, { node, interface: name }: CoveredInterface): Place {
  const link = nodes[node]?.facts?.interfaces.find((one) => one.name === name);
  return { node, interface: name, addresses: link?.addresses.map(({ ip }) => ip) ?? null };
}

function holderPlace({ node, interface: name }: CoveredInterface): CoveredInterface {
  return { node, interface: name };
}
