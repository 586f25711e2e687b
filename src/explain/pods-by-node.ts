import type { Ip } from '../net/ip.ts';
import type { Protocol } from '../net/netfilter/packet.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { targetEndpoints } from './evidence.ts';
import type { Target } from './targets.ts';

/** Where packets for a Service end: an endpoint of one of the targets' ports. */
export interface PodPort {
  ip: Ip;
  port: number;
  protocol: Protocol;
}

/** The endpoints of the targets, each once, by the node that runs them. */
export function podsByNode(
  snapshot: Snapshot,
  targets: readonly Target[],
): ReadonlyMap<string, readonly PodPort[]> {
  const pods = targets.flatMap((target) =>
    targetEndpoints({ snapshot }, target).flatMap(({ ip, port, node }) =>
      node === null ? [] : { node, pod: { ip, port, protocol: target.protocol } },
    ),
  );
  const distinct = new Map(pods.map((it) => [`${it.node} ${podKey(it.pod)}`, it]));
  const byNode = Map.groupBy(distinct.values(), ({ node }) => node);
  return new Map([...byNode].map(([node, own]) => [node, own.map(({ pod }) => pod)]));
}

/** Tells endpoints apart. */
export function podKey({ ip, port, protocol }: PodPort): string {
  return `${ip.text} ${port} ${protocol}`;
}
