import type { Node, Service } from '../snapshot/kubernetes.ts';
import type { Pool } from './pools.ts';

/** Which nodes may announce an address of a Service, and why others may not. */
export interface Announcers {
  nodes: readonly Node[];
  /** In words, with the name of each node. */
  excluded: readonly string[];
}

/**
 * By the selectors of the pool's advertisements, the nodes' networks, and with policy Local the nodes that run
 * an endpoint (ShouldAnnounce, speaker, 0.15). `serving`: these nodes. Labels that keep a node out of load
 * balancers are not asked about: a flag of the speaker's may say to ignore them.
 */
export function announcersOf(
  service: Service,
  pool: Pool,
  nodes: readonly Node[],
  serving: readonly string[],
): Announcers {
  const isLocal = service.spec.externalTrafficPolicy === 'Local';
  const judged = nodes.map((node) => {
    const { name } = node.metadata;
    const selected = pool.announcements.some((one) => one.includes(node));
    if (!selected) return { node, why: `${name}: no nodeSelectors of an advertisement take it` };
    if (hasNoNetwork(node))
      return { node, why: `${name}: its condition NetworkUnavailable is True` };
    if (isLocal && !serving.includes(name)) {
      return { node, why: `${name}: externalTrafficPolicy is Local, and it runs no endpoint` };
    }
    return { node, why: null };
  });
  return {
    nodes: judged.filter(({ why }) => why === null).map(({ node }) => node),
    excluded: judged.flatMap(({ why }) => why ?? []),
  };
}

function hasNoNetwork({ status }: Node): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: is }) => type === 'NetworkUnavailable' && is === 'True',
  );
}
