import type { CalicoChange } from './change.ts';
import type { CoveredInterface } from './covered.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/** The interfaces whose host endpoints are changed; `objects` are those before. */
export function changedPlaces(
  objects: CalicoObjects,
  changes: readonly CalicoChange[],
): CoveredInterface[] {
  return changes.flatMap((change): CoveredInterface[] => {
    const object =
      change.type === 'put'
        ? change.object
        : change.type === 'delete'
          ? storedObject(objects, change)
          : storedObject(objects, { kind: 'HostEndpoint', name: change.name });
    const { node, interfaceName } = (object?.spec ?? {}) as {
      node?: string | null;
      interfaceName?: string | null;
    };
    return node && interfaceName ? [{ node, interface: interfaceName }] : [];
  });
}
