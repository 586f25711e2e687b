import { addressAndPort } from '../net/address-and-port.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { areEndpointsKnown, endpointsOf } from '../snapshot/endpoints.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
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
  const backends = backendsOf(snapshot, to);
  const areAll = backends.length > 0 && areEndpointsKnown(snapshot);
  return [...backends, ...(areAll ? [] : [null])].map(way);
}

/** Where kube-proxy leads a packet. */
interface Backend {
  destination: Ip;
  port: number;
  /** null: not said. */
  node: string | null;
}

/** Whether the node has the address. */
export function isOwn(snapshot: Snapshot, node: string, ip: Ip): boolean {
  const interfaces = snapshot.nodes[node]?.facts?.interfaces ?? [];
  return interfaces.some(({ addresses }) => addresses.some((one) => one.ip === ip.text));
}

function backendsOf(
  snapshot: Snapshot,
  { service, ip, port, protocol }: { service: Service; ip: Ip; port: number; protocol: string },
): Backend[] {
  const wanted = (service.spec.ports ?? []).find(
    (one) => one.port === port && (one.protocol ?? 'TCP') === protocol,
  );
  const found = endpointsOf(snapshot, service).flatMap(({ addresses, nodeName, slice }) => {
    const ports = (slice.ports ?? []).filter(
      (one) => (one.name ?? '') === (wanted?.name ?? '') && (one.protocol ?? 'TCP') === protocol,
    );
    return addresses.flatMap((text) => {
      const destination = parseIp(text);
      if (destination?.family !== ip.family) return [];
      return ports.flatMap((one) =>
        one.port === undefined ? [] : { destination, port: one.port, node: nodeName ?? null },
      );
    });
  });
  return [...new Map(found.map((one) => [keyOf(one), one])).values()];
}

function keyOf({ destination, port }: Backend): string {
  return addressAndPort(destination.text, port);
}
