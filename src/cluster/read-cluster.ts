import dns from 'node:dns';
import { parseIp } from '../net/ip.ts';
import type { EndpointSlice, Node, ObjectMeta, Service } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { readPools } from './address-pools.ts';
import { ApiError } from './api.ts';
import { clusterState, type Listed } from './cluster-state.ts';
import type { Connection } from './connection.ts';
import { listWidely } from './list-widely.ts';
import { resourcePath } from './paths.ts';

/**
 * Reads what every command needs to know of the cluster. Services, nodes and the namespace
 * kube-system must be readable (ApiError); what else is not, is named in `unknown`. `onFirst` is told
 * Services and nodes as soon as they are there, so that nodes can be asked meanwhile: the rest is then
 * read after these, over the connections that are there by then.
 */
export async function readCluster(
  connection: Connection,
  onFirst?: (first: Pick<ClusterState, 'services' | 'nodes'>) => void,
): Promise<ClusterState> {
  const { api, serverHost } = connection;
  const first = Promise.all([
    listWidely<Service>(connection, 'v1', 'services'),
    api.list<Node>(resourcePath('v1', 'nodes')),
  ]);
  if (onFirst) {
    const [services, nodes] = await first;
    onFirst({ services: services.items, nodes: nodes.items });
  }
  const [system, [services, nodes], endpointslices, pools, own] = await Promise.all([
    api.get<{ metadata: ObjectMeta }>(resourcePath('v1', 'namespaces', { name: 'kube-system' })),
    first,
    listWidely<EndpointSlice>(connection, 'discovery.k8s.io/v1', 'endpointslices').catch(
      unknownSlices,
    ),
    readPools(api),
    resolveServer(serverHost),
  ]);
  const lists = {
    namespaces: { items: [system], unknown: [] },
    services,
    nodes: { items: nodes.items, unknown: [] },
    endpointslices,
    ...pools,
  };
  return clusterState(lists, own);
}

function unknownSlices(error: unknown): Listed<EndpointSlice> {
  if (!(error instanceof ApiError)) throw error;
  return { items: [], unknown: [{ resource: 'endpointslices', reason: error.message }] };
}

/** The name's addresses: a virtual one in front of the API servers is in no object of the cluster. */
export async function resolveServer(host: string): Promise<string[]> {
  const ip = parseIp(host);
  if (ip) return [ip.text];
  try {
    const found = await dns.promises.lookup(host, { all: true });
    return found.flatMap(({ address }) => parseIp(address)?.text ?? []);
  } catch {
    // Behind a proxy the name may mean something to the proxy only.
    return [];
  }
}
