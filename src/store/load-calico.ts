import { CALICO_RESOURCES, type CalicoResource } from '../calico/objects.ts';
import { type CalicoObjects, type RawList, readCalicoObjects } from '../calico/read-objects.ts';
import type { OpenSnapshot } from './open-snapshot.ts';

/** Calico's objects as the snapshot has them; what is not in it is not known, with the reason. */
export async function loadCalico({ list }: Pick<OpenSnapshot, 'list'>): Promise<CalicoObjects> {
  const lists: [string, RawList][] = [];
  for (const resource of CALICO_RESOURCES) {
    const { items, unknown } = await list(resource);
    lists.push([resource, { items, reason: unknown[0]?.reason ?? null }]);
  }
  return readCalicoObjects(Object.fromEntries(lists) as Record<CalicoResource, RawList>);
}
