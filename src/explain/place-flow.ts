import type { Ip } from '../net/ip.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { chooseSource } from '../net/routing/choose-source.ts';
import { isLocal } from '../net/routing/local.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { comingInBy, interfaceTowards } from './coming-in.ts';
import { ANYWHERE, type Clients } from './explanation.ts';
import type { ReadNode } from './node-network-of.ts';
import { nodeAddress, type Origin } from './origins.ts';
import { type Segment, segmentOf } from './segment.ts';
import { hostElsewhere, hostOn, podOn } from './stand-ins.ts';
import type { Target } from './targets.ts';

/** The node that a packet comes to. */
export interface Ground extends Pick<ReadNode, 'network' | 'bridges'> {
  name: string;
  cluster: ClusterState;
}

/** A packet as it comes to a node, and whom its source stands for. */
export interface Placed {
  asked: Asked;
  clients: Clients | null;
}

/**
 * The packets of this origin to the target as they come to the node: with their source, and the interface
 * that they come in by. None: e.g. none of a pod where no pod runs. From outside there are two where the
 * address is of a network of the node's: of a host on it, and of one that comes by a router.
 */
export function placeFlows(target: Target, origin: Origin, ground: Ground): Placed[] {
  const { name, network, cluster } = ground;
  if (origin.node !== null && origin.node !== name) return [];
  const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const destination = target.ip ?? nodeAddress(node, target.family);
  if (!destination) return [];
  const given = origin.addresses.find(({ family }) => family === target.family) ?? null;
  if (origin.addresses.length > 0 && !given) return [];
  const packet = {
    family: target.family,
    protocol: target.protocol,
    sourcePort: target.port === null ? null : undefined,
    destination,
    destinationPort: target.port,
  };
  const isOwn = given !== null && isLocal(given, network) === true;
  if (origin.kind === 'node' || isOwn) {
    const source =
      given ??
      chooseSource(destination, network, () => undefined, null) ??
      nodeAddress(node, target.family);
    if (!source) return [];
    const own = { ...packet, source, inInterface: null, physicalIn: null };
    return [{ asked: { origin: 'node', packet: own }, clients: null }];
  }
  if (origin.kind === 'pod') {
    const pod = given ? { ip: given, isMadeUp: false } : podOn(target, ground);
    if (!pod) return [];
    const { ip: source, isMadeUp } = pod;
    const inInterface = interfaceTowards(source, network, { direct: true });
    // Where each pod has a route of its own, an address that no pod has comes in by none.
    if (isMadeUp && network.routes && inInterface === undefined) return [];
    const own = { ...packet, source, ...comingInBy(inInterface, ground) };
    return [{ asked: { origin: 'pod', packet: own }, clients: null }];
  }
  // Nobody outside is asked about a cluster IP, unless a person asks.
  if (target.kind === 'cluster' && !given) return [];
  const segment = segmentOf(destination, network);
  const hosts = given ? [{ ip: given, clients: null }] : hostsOutside(segment, target, ground);
  return hosts.map(({ ip: source, clients }) => {
    const inInterface = segment?.link ?? interfaceTowards(source, network, { direct: false });
    const own = { ...packet, source, ...comingInBy(inInterface, ground) };
    return { asked: { origin: 'external', packet: own }, clients };
  });
}

/** Hosts that stand for all outside. */
function hostsOutside(
  segment: Segment | null,
  { family }: Target,
  ground: Ground,
): { ip: Ip; clients: Clients }[] {
  const elsewhere = hostElsewhere(family, ground);
  const near = segment && hostOn(segment.subnet, ground);
  if (!near) return [{ ip: elsewhere, clients: ANYWHERE }];
  const { first, prefix } = segment.subnet;
  const network = `${first.text}/${prefix}`;
  return [
    { ip: near, clients: { where: 'segment', network } },
    { ip: elsewhere, clients: { where: 'elsewhere', network } },
  ];
}
