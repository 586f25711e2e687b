import type { CalicoObjects, RawList } from '../calico/read-objects.ts';
import type { ClusterState } from '../snapshot/model.ts';
import type { ResourceName } from '../snapshot/resources.ts';

/** Everything that a snapshot has of a cluster, its nodes' files aside. */
export interface ClusterSnapshot {
  cluster: ClusterState;
  /** Each resource as the API has it. */
  lists: Readonly<Record<ResourceName, RawList>>;
  calico: CalicoObjects;
  /** The API server's, e.g. `v1.36.2`; null: not known. */
  serverVersion: string | null;
  /** When it was read. */
  takenAt: Date;
}

/** The objects of a resource; as many of them as could be read. */
export function objectsOf<T>({ lists }: ClusterSnapshot, resource: ResourceName): readonly T[] {
  return lists[resource].items as readonly unknown[] as readonly T[];
}
