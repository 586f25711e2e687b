import { type Cidr, type Family, type Ip, inRange, ipAfter, parseIp } from '../net/ip.ts';
import type { NodeNetwork } from '../net/netfilter/node-network.ts';
import { isLocal } from '../net/routing/local.ts';
import { oncePer } from '../once-per.ts';
import { isReady } from '../snapshot/endpoints.ts';
import { type Node, serviceKey, serviceKeyOfSlice } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { outsideIPs } from '../snapshot/queries.ts';
import { addressesOf, podRanges } from './origins.ts';
import type { Ground } from './place-flow.ts';
import { segmentOf } from './segment.ts';
import type { Target } from './targets.ts';

/** Addresses from the end of a subnet are looked at: hosts have mostly those of the beginning. */
const TRIES = 256;

/** An address of the subnet that nobody is known to have: it stands for any host there. */
export function hostOn(subnet: Cidr, { network, cluster }: Ground): Ip | null {
  const ofNode = new Set(addressesAround(network));
  const ofCluster = addressesIn(cluster);
  const last = subnet.last.family === 4 ? 1n : 0n;
  for (let back = last; back < last + BigInt(TRIES); back++) {
    const ip = ipAfter(subnet.last, -back);
    if (!ip || !inRange(subnet, ip) || ip.value === subnet.first.value) return null;
    if (!ofNode.has(ip.text) && !ofCluster.has(ip.text)) return ip;
  }
  return null;
}

function addressesAround({ interfaces, routes }: NodeNetwork): string[] {
  return [
    ...(interfaces ?? []).flatMap(({ addresses }) => addresses.map(({ ip }) => ip.text)),
    ...(routes ?? []).flatMap(({ hops }) => hops.flatMap(({ gateway }) => gateway?.text ?? [])),
  ];
}

const addressesIn = oncePer(
  ({ nodes, services, apiServerAddresses }: ClusterState) =>
    new Set([
      ...nodes.flatMap((node) => addressesOf(node).map(({ text }) => text)),
      ...services.flatMap(outsideIPs),
      ...apiServerAddresses,
    ]),
);

/** Of the networks for documentation (RFC 5737, RFC 3849, RFC 9637). */
const ELSEWHERE: Readonly<Record<Family, readonly string[]>> = {
  4: ['203.0.113.9', '198.51.100.9', '192.0.2.9'],
  6: ['2001:db8::9', '3fff::9'],
};

/** An address that is on no network of the node's: it stands for any host that comes by a router. */
export function hostElsewhere(family: Family, { network }: Ground): Ip {
  const all = ELSEWHERE[family].flatMap((text) => parseIp(text) ?? []);
  const ip = all.find((it) => segmentOf(it, network) === null) ?? all[0];
  if (!ip) throw new Error('no address');
  return ip;
}

/** That of a ready pod of the node, best of another Service; else one of the node's pod range. */
export function podOn(
  { family, service }: Target,
  { name, network, cluster }: Ground,
): { ip: Ip; isMadeUp: boolean } | null {
  const own = service && serviceKey(service);
  // Those in the host's network have the node's address.
  const pods = (readyPods(cluster).get(name) ?? []).filter(
    ({ ip }) => ip.family === family && isLocal(ip, network) !== true,
  );
  const pod = pods.find(({ key }) => key !== own) ?? pods[0];
  if (pod) return { ip: pod.ip, isMadeUp: false };
  const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
  const range = node && podRanges(node).find(({ first }) => first.family === family);
  const ip = range && ipAfter(range.last, -1n);
  return ip ? { ip, isMadeUp: true } : null;
}

/** The addresses of ready endpoints by node, with the key of the Service that each is of. */
const readyPods = oncePer(({ endpointSlices }: ClusterState) => {
  const pods = endpointSlices.flatMap((slice) => {
    const key = serviceKeyOfSlice(slice);
    return (slice.endpoints ?? [])
      .filter(isReady)
      .flatMap(({ nodeName, addresses }) =>
        addresses.flatMap((text) => ({ node: nodeName, key, ip: parseIp(text) })),
      )
      .flatMap(({ ip, ...it }) => (ip ? { ...it, ip } : []));
  });
  return Map.groupBy(pods, ({ node }) => node);
});

/** The address of a pod on one of these nodes, or one of their pod ranges. */
export function podOnOneOf(
  nodes: readonly Node[],
  cluster: ClusterState,
  family: Family,
): Ip | null {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const { endpoints } of cluster.endpointSlices) {
    for (const { nodeName, addresses } of endpoints ?? []) {
      const ip = parseIp(addresses[0] ?? '');
      if (nodeName !== undefined && names.has(nodeName) && ip?.family === family) return ip;
    }
  }
  const range = nodes.flatMap(podRanges).find(({ first }) => first.family === family);
  return range ? ipAfter(range.last, -1n) : null;
}
