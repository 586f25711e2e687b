import { isDeepStrictEqual } from 'node:util';
import { type CalicoChange, GUARDED_LABEL } from './change.ts';
import { guardMark } from './guard-mark.ts';
import { isAsWanted } from './is-as-wanted.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/** Whether a change has nothing to do. */
export function isDone(objects: CalicoObjects, change: CalicoChange): boolean {
  if (change.type === 'put') {
    const stored = storedObject(objects, change.object);
    return stored !== undefined && isAsWanted(stored, change.object);
  }
  if (change.type === 'delete') return storedObject(objects, change) === undefined;
  const endpoint = storedObject(objects, { kind: 'HostEndpoint', name: change.name });
  const ips = (endpoint && guardMark(endpoint)?.ips) ?? [];
  const isMarked = endpoint?.metadata.labels?.[GUARDED_LABEL] === 'true';
  return isMarked === change.ips.length > 0 && isDeepStrictEqual(ips, [...change.ips].sort());
}
