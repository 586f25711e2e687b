import type { Family, Ip } from '../net/ip.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { comingInBy, interfaceTowards } from './coming-in.ts';
import type { Flow } from './explanation.ts';
import { nodeAddress, type Origin } from './origins.ts';
import type { Ground } from './place-flow.ts';
import { type PodPort, podKey } from './pods-by-node.ts';
import { purposeOf } from './purpose-of.ts';
import { hostElsewhere, podOnOneOf } from './stand-ins.ts';

/** Whose address such a packet has as its source: that of another node, or that of who asked. */
export type Sender = Origin['kind'];

/** What a node makes of packets that another node sends to one of its pods. */
export interface PodArrival
  extends Pick<Flow, 'verdict' | 'reply' | 'lost' | 'undetermined' | 'assumed'> {
  node: string;
  pod: PodPort;
  sender: Sender;
}

/** By endpoint and sender. */
export function arrivalKey({ pod, sender }: Pick<PodArrival, 'pod' | 'sender'>): string {
  return `${podKey(pod)} ${sender}`;
}

/**
 * Walks what other nodes may send to this node's pods of one family: from one of them, as masquerading
 * makes it, and from whoever asked. Which of the other nodes it is makes no difference.
 */
export function podArrivals(
  pods: readonly PodPort[],
  senders: ReadonlyMap<Sender, Ip>,
  ground: Ground,
  explain: (asked: Asked) => Flow,
): PodArrival[] {
  return pods.flatMap((pod) =>
    [...senders].map(([sender, source]) => {
      const flow = explain(placeArrival(pod, source, ground));
      return { ...arrivalOf(flow), node: ground.name, pod, sender };
    }),
  );
}

/** With which addresses the pods of a node are sent something by other nodes; none: it is alone. */
export function sendersTo(
  ground: Ground,
  family: Family,
  origins: readonly Origin[],
): ReadonlyMap<Sender, Ip> {
  const { name, cluster } = ground;
  const others = cluster.nodes.filter(({ metadata }) => metadata.name !== name);
  const node = others.map((it) => nodeAddress(it, family)).find((it) => it !== null);
  const senders = new Map<Sender, Ip>();
  if (!node) return senders;
  senders.set('node', node);
  for (const { kind, addresses } of origins) {
    if (kind === 'node') continue;
    const given = addresses.find((ip) => ip.family === family);
    const any =
      kind === 'pod' ? podOnOneOf(others, cluster, family) : hostElsewhere(family, ground);
    const source = given ?? (addresses.length > 0 ? null : any);
    if (source) senders.set(kind, source);
  }
  return senders;
}

function placeArrival({ ip, port, protocol }: PodPort, source: Ip, ground: Ground): Asked {
  const inInterface = interfaceTowards(source, ground.network, { direct: false });
  return {
    origin: 'external',
    packet: {
      family: ip.family,
      protocol,
      source,
      sourcePort: undefined,
      destination: ip,
      destinationPort: port,
      ...comingInBy(inInterface, ground),
    },
  };
}

/** To have come to the pod's interface, or to a pod in the node's own network, is to be delivered. */
function arrivalOf(flow: Flow) {
  const { verdict, reply, lost, undetermined, assumed } = flow;
  const isThere = verdict.outcome === 'forwarded' || verdict.outcome === 'local';
  return {
    verdict: isThere ? { ...verdict, outcome: 'delivered' as const } : verdict,
    reply,
    lost: lost.map((loss) => ({ ...loss, purpose: purposeOf(loss, flow) })),
    undetermined,
    assumed: assumed.filter(({ harmless }) => !harmless),
  };
}
