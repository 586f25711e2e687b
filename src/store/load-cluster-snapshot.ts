import type { RawList } from '../calico/read-objects.ts';
import { clusterSnapshot, type Lists } from '../cluster/cluster-snapshot.ts';
import type { ClusterSnapshot } from '../doctor/cluster-snapshot.ts';
import { RESOURCES } from '../snapshot/resources.ts';
import type { OpenSnapshot } from './open-snapshot.ts';

/** Everything that the snapshot has of the cluster; what is not in it is not known, with the reason. */
export async function loadClusterSnapshot({
  list,
  info,
  snapshot,
}: OpenSnapshot): Promise<ClusterSnapshot> {
  const lists: [string, RawList][] = [];
  for (const { resource } of RESOURCES) {
    const { items, unknown } = await list(resource);
    lists.push([resource, { items, reason: unknown[0]?.reason ?? null }]);
  }
  const read = clusterSnapshot(Object.fromEntries(lists) as Lists, {
    ownAddresses: info?.apiServerAddresses ?? [],
    serverVersion: info?.server ?? null,
    takenAt: info ? new Date(info.takenAt) : new Date(),
  });
  // Without the Nodes the folders are those that are known.
  return { ...read, cluster: { ...read.cluster, nodes: snapshot.cluster.nodes } };
}
