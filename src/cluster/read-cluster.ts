import { lookup } from 'node:dns/promises';
import { parseIp } from '../net/ip.ts';
import type { EndpointSlice, Node, ObjectMeta, Service } from '../snapshot/kubernetes.ts';
import type { AddressRange, ClusterState } from '../snapshot/model.ts';
import { readPools } from './address-pools.ts';
import { type Api, ApiError } from './api.ts';
import type { Connection } from './connection.ts';
import { resourcePath } from './paths.ts';

interface Partial<T> {
  items: T[];
  unknown: ClusterState['unknown'];
}

/**
 * Reads what every command needs to know of the cluster. Services, nodes and the namespace
 * kube-system must be readable (ApiError); what else is not, is named in `unknown`.
 */
export async function readCluster({
  api,
  namespace,
  serverHost,
}: Connection): Promise<ClusterState> {
  const [system, services, nodes, slices, pools, server] = await Promise.all([
    api.get<{ metadata: ObjectMeta }>(resourcePath('v1', 'namespaces', { name: 'kube-system' })),
    listWidely<Service>(api, 'v1', 'services', namespace),
    api.list<Node>(resourcePath('v1', 'nodes')),
    listWidely<EndpointSlice>(api, 'discovery.k8s.io/v1', 'endpointslices', namespace).catch(
      unknownSlices,
    ),
    readPools(api),
    resolve(serverHost),
  ]);
  return {
    uid: system.metadata.uid ?? '',
    apiServerAddresses: apiServerAddresses(server, slices.items),
    services: services.items,
    nodes: nodes.items,
    endpointSlices: slices.items,
    ranges: [...nodes.items.flatMap(podRanges), ...pools.ranges],
    unknown: [...services.unknown, ...slices.unknown, ...pools.unknown],
  };
}

/** All namespaces, or, where that is forbidden, the one we work in; the rest is then unknown. */
async function listWidely<T>(
  api: Api,
  groupVersion: string,
  resource: string,
  namespace: string,
): Promise<Partial<T>> {
  try {
    return { ...(await api.list<T>(resourcePath(groupVersion, resource))), unknown: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    const { items } = await api
      .list<T>(resourcePath(groupVersion, resource, { namespace }))
      .catch(() => {
        throw error;
      });
    const reason = `only namespace ${namespace} was read: ${error.message}`;
    return { items, unknown: [{ resource, reason }] };
  }
}

function unknownSlices(error: unknown): Partial<EndpointSlice> {
  if (!(error instanceof ApiError)) throw error;
  return { items: [], unknown: [{ resource: 'endpointslices', reason: error.message }] };
}

/** The name's addresses: a virtual one in front of the API servers is in no object of the cluster. */
async function resolve(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.flatMap(({ address }) => parseIp(address)?.text ?? []);
  } catch {
    // Behind a proxy the name may mean something to the proxy only.
    return [];
  }
}

/** The addresses that we reach the API by, and those that the Service default/kubernetes leads to. */
function apiServerAddresses(own: string[], slices: EndpointSlice[]): string[] {
  const behind = slices
    .filter(
      ({ metadata }) =>
        metadata.namespace === 'default' &&
        metadata.labels?.['kubernetes.io/service-name'] === 'kubernetes',
    )
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ addresses }) => addresses);
  return [...new Set([...own, ...behind])];
}

function podRanges({ metadata, spec }: Node): AddressRange[] {
  const cidrs = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
  return cidrs.map((cidr) => ({ kind: 'pod', cidr, owner: `Node ${metadata.name}` }));
}
