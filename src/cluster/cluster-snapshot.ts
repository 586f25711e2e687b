import { CALICO_RESOURCES, type CalicoResource } from '../calico/objects.ts';
import { type RawList, readCalicoObjects } from '../calico/read-objects.ts';
import type { ClusterSnapshot } from '../doctor/cluster-snapshot.ts';
import type { ResourceName } from '../snapshot/resources.ts';
import { captureResources } from './capture-resources.ts';
import { type ClusterLists, clusterState, type Listed } from './cluster-state.ts';
import type { Connection } from './connection.ts';
import { resolveServer } from './read-cluster.ts';
import { serverVersion } from './server-version.ts';

/** All lists of a snapshot, from a live cluster or from files. */
export type Lists = Readonly<Record<ResourceName, RawList>>;

/** What is not in a list. */
export type About = Pick<ClusterSnapshot, 'serverVersion' | 'takenAt'> & {
  /** Those that the API server was reached by. */
  ownAddresses: string[];
};

/**
 * Reads everything that a snapshot would have of the cluster. Throws ApiError where neither Services nor Nodes
 * can be read.
 */
export async function readClusterSnapshot(connection: Connection): Promise<ClusterSnapshot> {
  const takenAt = new Date();
  const [captured, version, ownAddresses] = await Promise.all([
    captureResources(connection),
    serverVersion(connection),
    resolveServer(connection.serverHost),
  ]);
  const lists = captured.map(({ resource, items, reason }) => [
    resource,
    { items: items ?? [], reason },
  ]);
  const about = { serverVersion: version, takenAt, ownAddresses };
  return clusterSnapshot(Object.fromEntries(lists) as Lists, about);
}

/** What the lists come to. */
export function clusterSnapshot(lists: Lists, { ownAddresses, ...about }: About): ClusterSnapshot {
  const listed = <T>(resource: ResourceName): Listed<T> => {
    const { items, reason } = lists[resource];
    const unknown = reason === null ? [] : [{ resource, reason }];
    return { items: items as readonly unknown[] as T[], unknown };
  };
  const own = {
    namespaces: listed('namespaces'),
    services: listed('services'),
    nodes: listed('nodes'),
    endpointslices: listed('endpointslices'),
    ippools: listed('ippools'),
    ipaddresspools: listed('ipaddresspools'),
    configmaps: listed('configmaps'),
  } satisfies ClusterLists;
  const calico = Object.fromEntries(
    CALICO_RESOURCES.map((resource) => [resource, lists[resource]]),
  );
  return {
    cluster: clusterState(own, ownAddresses),
    lists,
    calico: readCalicoObjects(calico as Record<CalicoResource, RawList>),
    ...about,
  };
}
