import type { Ip } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { type Backend, backendsOf } from './backends.ts';
import type { Judge } from './judge.ts';
import { protocolNumber } from './packet.ts';
import type { Way } from './reach.ts';

/** Where packets leave a node. */
export interface WaysOut {
  /** The interfaces that it has but for those of pods. */
  links: readonly Judge[];
  /** Any interface of a pod there: they have no endpoints of their own. */
  pods: Judge;
}

/**
 * The ways of a packet to the Service's port: kube-proxy leads it to any of the endpoints, a process of the
 * node itself, a pod there, or a pod elsewhere, to which it may leave by any interface: routes are not asked.
 */
export function waysTo(
  snapshot: Snapshot,
  { node, out }: { node: string; out: WaysOut },
  to: { service: Service; ip: Ip; port: number; protocol: string; source: Ip },
): Way[] {
  const packet = {
    protocol: protocolNumber(to.protocol) ?? 0,
    source: to.source,
    sourcePort: null,
    destination: to.ip,
    destinationPort: to.port,
  };
  const way = (backend: Backend | null): Way => {
    const isHost = backend !== null && isOwn(snapshot, node, backend.destination);
    const through = isHost ? 'host' : 'forward';
    const passage = { packet, through, after: backend } as const;
    const isHere = backend?.node === node;
    const judges = isHost
      ? []
      : isHere
        ? [out.pods]
        : backend?.node
          ? out.links
          : [out.pods, ...out.links];
    return {
      in: { ...passage, direction: 'ingress' },
      out: judges.map((judge) => ({ judge, passage: { ...passage, direction: 'egress' } })),
    };
  };
  return backendsOf(snapshot, to.service, { ...to, family: to.ip.family }).map(way);
}

/** Whether the node has the address. */
export function isOwn(snapshot: Snapshot, node: string, ip: Ip): boolean {
  const interfaces = snapshot.nodes[node]?.facts?.interfaces ?? [];
  return interfaces.some(({ addresses }) => addresses.some((one) => one.ip === ip.text));
}
