import { type Family, type Ip, inRange, parseCidr, parseIp } from '../net/ip.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';

/** Where packets are sent from. */
export interface Origin {
  kind: Asked['origin'];
  /** Of each family one, where that was asked for; none: one that stands for all of this kind. */
  addresses: readonly Ip[];
  /** The one node that this is about; null: every node. */
  node: string | null;
}

/** What `--from` names. */
export type From =
  | { kind: 'address'; ip: Ip }
  | { kind: 'node'; name: string }
  /** `addresses` and `node` as the API has them of the pod. */
  | { kind: 'pod'; addresses: readonly Ip[]; node: string };

/** From outside, from a pod and from a node, or what `--from` says; an address is looked up first. */
export function originsOf(from: From | null, cluster: ClusterState): Origin[] {
  if (!from) {
    return (['external', 'pod', 'node'] as const).map((kind) => ({
      kind,
      addresses: [],
      node: null,
    }));
  }
  if (from.kind === 'node') return [{ kind: 'node', addresses: [], node: from.name }];
  if (from.kind === 'pod') return [{ ...from }];
  const { ip } = from;
  const node = cluster.nodes.find((it) => addressesOf(it).some(({ text }) => text === ip.text));
  if (node) return [{ kind: 'node', addresses: [ip], node: node.metadata.name }];
  const podNode = nodeOfPod(ip, cluster);
  if (podNode !== undefined) return [{ kind: 'pod', addresses: [ip], node: podNode }];
  return [{ kind: 'external', addresses: [ip], node: null }];
}

/** What the API says a node has. */
export function addressesOf({ status }: Node): Ip[] {
  return (status?.addresses ?? []).flatMap(({ address }) => parseIp(address) ?? []);
}

/** The node's first address that the cluster uses. */
export function nodeAddress(node: Node | undefined, family: Family): Ip | null {
  const internal = (node?.status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' ? (parseIp(address) ?? []) : [],
  );
  return internal.find((ip) => ip.family === family) ?? null;
}

/** The node that runs the pod with this address, as endpoints or pod ranges say. */
function nodeOfPod(ip: Ip, { endpointSlices, nodes }: ClusterState): string | undefined {
  for (const { endpoints } of endpointSlices) {
    const found = endpoints?.find(
      ({ addresses, nodeName }) =>
        nodeName !== undefined && addresses.some((text) => parseIp(text)?.text === ip.text),
    );
    if (found) return found.nodeName;
  }
  return nodes.find((node) => podRanges(node).some((range) => inRange(range, ip)))?.metadata.name;
}

/** The ranges that the node's pods have their addresses of. */
export function podRanges({ spec }: Node) {
  const texts = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
  return texts.flatMap((text) => parseCidr(text) ?? []);
}
