import type { Ip } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { hasAddress } from '../snapshot/queries.ts';
import { type Backend, backendsOf } from './backends.ts';
import type { Judge } from './judge.ts';
import { type Packet, protocolNumber } from './packet.ts';
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
  return backendsOf(snapshot, to.service, { ...to, family: to.ip.family }).map((backend) => {
    const isHost = backend !== null && hasAddress(snapshot, node, backend.destination.text);
    return wayTo(packet, backend, { where: whereIs(backend, { node, isHost }), out });
  });
}

/** Where an endpoint is, seen from a node: in a process of its own, in a pod of its own, elsewhere, or not known. */
export type Where = 'host' | 'pod' | 'elsewhere' | 'anywhere';

/** `isHost`: its address is the node's own. */
export function whereIs(
  backend: Backend | null,
  { node, isHost }: { node: string; isHost: boolean },
): Where {
  if (!backend) return 'anywhere';
  if (isHost) return 'host';
  if (backend.node === node) return 'pod';
  return backend.node === null ? 'anywhere' : 'elsewhere';
}

/** The way of a packet that kube-proxy leads to this endpoint. */
export function wayTo(
  packet: Packet,
  backend: Backend | null,
  { where, out }: { where: Where; out: WaysOut },
): Way {
  const through = where === 'host' ? 'host' : 'forward';
  const passage = { packet, through, after: backend } as const;
  return {
    in: { ...passage, direction: 'ingress' },
    out: leaving[where](out).map((judge) => ({
      judge,
      passage: { ...passage, direction: 'egress' },
    })),
  };
}

const leaving: Record<Where, (out: WaysOut) => readonly Judge[]> = {
  host: () => [],
  pod: ({ pods }) => [pods],
  elsewhere: ({ links }) => links,
  anywhere: ({ pods, links }) => [pods, ...links],
};
