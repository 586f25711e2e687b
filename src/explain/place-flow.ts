import { type Cidr, type Ip, inRange, parseCidr } from '../net/ip.ts';
import type { NodeNetwork, WalkInterface } from '../net/netfilter/node-network.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { chooseSource } from '../net/routing/choose-source.ts';
import { isLocal } from '../net/routing/local.ts';
import { lookUpRoute } from '../net/routing/lookup.ts';
import type { ClusterState } from '../snapshot/model.ts';
import type { ReadNode } from './node-network-of.ts';
import { nodeAddress, type Origin } from './origins.ts';
import { hostElsewhere, hostOn, podOn } from './stand-ins.ts';
import type { Target } from './targets.ts';

/** The node that a packet comes to. */
export interface Ground extends Pick<ReadNode, 'network' | 'bridges'> {
  name: string;
  cluster: ClusterState;
}

/**
 * The packet of this origin to the target as it comes to the node: with its source, and the interface
 * that it comes in by. null: there is none on this node, e.g. none of a pod where no pod runs.
 */
export function placeFlow(target: Target, origin: Origin, ground: Ground): Asked | null {
  const { name, network, cluster } = ground;
  if (origin.node !== null && origin.node !== name) return null;
  const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const destination = target.ip ?? nodeAddress(node, target.family);
  if (!destination) return null;
  const given = origin.addresses.find(({ family }) => family === target.family) ?? null;
  if (origin.addresses.length > 0 && !given) return null;
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
    if (!source) return null;
    return { origin: 'node', packet: { ...packet, source, inInterface: null, physicalIn: null } };
  }
  if (origin.kind === 'pod') {
    const pod = given ? { ip: given, isMadeUp: false } : podOn(target, ground);
    if (!pod) return null;
    const { ip: source, isMadeUp } = pod;
    const inInterface = interfaceTowards(source, network, { direct: true });
    // Where each pod has a route of its own, an address that no pod has comes in by none.
    if (isMadeUp && network.routes && inInterface === undefined) return null;
    return { origin: 'pod', packet: { ...packet, source, ...arriving(inInterface, ground) } };
  }
  // Nobody outside is asked about a cluster IP, unless a person asks.
  if (target.kind === 'cluster' && !given) return null;
  const segment = segmentOf(destination, network);
  const source =
    given ?? (segment && hostOn(segment.subnet, ground)) ?? hostElsewhere(target.family);
  const inInterface = segment?.link ?? interfaceTowards(source, network, { direct: false });
  return { origin: 'external', packet: { ...packet, source, ...arriving(inInterface, ground) } };
}

/** What has no ports of a bridge cannot be one. */
function arriving(
  inInterface: string | undefined,
  { bridges }: Ground,
): Pick<Asked['packet'], 'inInterface' | 'physicalIn'> {
  const isNoBridge =
    bridges !== undefined && inInterface !== undefined && !bridges.has(inInterface);
  return { inInterface, physicalIn: isNoBridge ? null : undefined };
}

/** The interface that is up, and its subnet, which holds the address. */
export function segmentOf(
  ip: Ip,
  { interfaces }: NodeNetwork,
): { link: string; subnet: Cidr } | null {
  for (const link of interfaces ?? []) {
    if (!link.up || link.loopback) continue;
    const subnet = subnetsOf(link).find((it) => inRange(it, ip));
    if (subnet) return { link: link.name, subnet };
  }
  return null;
}

function subnetsOf({ addresses }: WalkInterface): Cidr[] {
  return addresses.flatMap(({ ip, prefix }) =>
    prefix < (ip.family === 4 ? 32 : 128) ? (parseCidr(`${ip.text}/${prefix}`) ?? []) : [],
  );
}

/** By which interface the node itself reaches an address; `direct`: with no gateway on the way. */
function interfaceTowards(
  ip: Ip,
  network: NodeNetwork,
  { direct }: { direct: boolean },
): string | undefined {
  if (!network.routes) return undefined;
  const key = { destination: ip, source: null, mark: 0, inInterface: null };
  const found = lookUpRoute(key, network.routes, network);
  if (found.kind !== 'route' || found.route.type !== 'unicast') return undefined;
  const [hop] = found.route.hops;
  return (!direct || !hop?.gateway) && hop?.device ? hop.device : undefined;
}
