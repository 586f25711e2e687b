import {
  type Cidr,
  type Family,
  type Ip,
  inRange,
  ipAfter,
  parseCidr,
  parseIp,
} from '../net/ip.ts';
import type { NodeNetwork, WalkInterface } from '../net/netfilter/node-network.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { chooseSource } from '../net/routing/choose-source.ts';
import { isLocal } from '../net/routing/local.ts';
import { lookUpRoute } from '../net/routing/lookup.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { outsideIPs } from '../snapshot/queries.ts';
import type { ReadNode } from './node-network-of.ts';
import { addressesOf, nodeAddress, type Origin, podRanges } from './origins.ts';
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
    const pod = given ? { ip: given, isMadeUp: false } : podAddress(target, ground);
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
    given ?? (segment && representative(segment.subnet, ground)) ?? offSegment(target.family);
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

/** Addresses from the end of a subnet are looked at: hosts have mostly those of the beginning. */
const TRIES = 256;

/** An address of the subnet that nobody is known to have: it stands for any host there. */
function representative(subnet: Cidr, { network, cluster }: Ground): Ip | null {
  const taken = new Set(takenAddresses(network, cluster));
  const last = subnet.last.family === 4 ? 1n : 0n;
  for (let back = last; back < last + BigInt(TRIES); back++) {
    const ip = ipAfter(subnet.last, -back);
    if (!ip || !inRange(subnet, ip) || ip.value === subnet.first.value) return null;
    if (!taken.has(ip.text)) return ip;
  }
  return null;
}

function takenAddresses({ interfaces, routes }: NodeNetwork, cluster: ClusterState): string[] {
  return [
    ...(interfaces ?? []).flatMap(({ addresses }) => addresses.map(({ ip }) => ip.text)),
    ...(routes ?? []).flatMap(({ hops }) => hops.flatMap(({ gateway }) => gateway?.text ?? [])),
    ...cluster.nodes.flatMap((node) => addressesOf(node).map(({ text }) => text)),
    ...cluster.services.flatMap(outsideIPs),
    ...cluster.apiServerAddresses,
  ];
}

/** Of the networks for documentation (RFC 5737, RFC 3849): it stands for any host elsewhere. */
function offSegment(family: Family): Ip {
  const ip = parseIp(family === 4 ? '203.0.113.9' : '2001:db8::9');
  if (!ip) throw new Error('no address');
  return ip;
}

/** That of a ready pod of the node, best of another Service; else one of the node's pod range. */
function podAddress(
  { family, service }: Target,
  { name, network, cluster }: Ground,
): { ip: Ip; isMadeUp: boolean } | null {
  const pods = cluster.endpointSlices
    .flatMap(({ metadata, endpoints }) =>
      (endpoints ?? [])
        .filter(({ nodeName, conditions }) => nodeName === name && conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses.flatMap((text) => parseIp(text) ?? []))
        .map((ip) => ({ ip, isOwn: isOfService(metadata, service) })),
    )
    // Those in the host's network have the node's address.
    .filter(({ ip }) => ip.family === family && isLocal(ip, network) !== true);
  const pod = pods.find(({ isOwn }) => !isOwn) ?? pods[0];
  if (pod) return { ip: pod.ip, isMadeUp: false };
  const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const range = node && podRanges(node).find(({ first }) => first.family === family);
  const ip = range && ipAfter(range.last, -1n);
  return ip ? { ip, isMadeUp: true } : null;
}

function isOfService(
  { namespace, labels }: { namespace?: string; labels?: Record<string, string> },
  service: Service | null,
): boolean {
  const { metadata } = service ?? {};
  return (
    namespace === metadata?.namespace && labels?.['kubernetes.io/service-name'] === metadata?.name
  );
}
