import { CALICO_RESOURCES, type CalicoResource } from '../calico/objects.ts';
import { type CalicoObjects, type RawList, readCalicoObjects } from '../calico/read-objects.ts';
import { readResources } from './capture-resources.ts';
import type { Connection } from './connection.ts';

/**
 * Calico's objects, from its own API (projectcalico.org/v3), else from where it keeps them
 * (crd.projectcalico.org/v1). What cannot be read says why.
 */
export async function readCalico(connection: Connection): Promise<CalicoObjects> {
  const { captured } = await readResources(connection, CALICO_RESOURCES);
  const lists = captured.map(({ resource, items, reason }): [string, RawList] => [
    resource,
    { items: items ?? [], reason },
  ]);
  return readCalicoObjects(Object.fromEntries(lists) as Record<CalicoResource, RawList>);
}
