import { type CalicoChange, OWNER_LABEL, type OwnObject } from './change.ts';
import { guardMark } from './guard-mark.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/**
 * The change that takes this one back, from the objects as they are before it. An object that is not ours
 * is never put: the change itself is refused there.
 */
export function undoOf(objects: CalicoObjects, change: CalicoChange): CalicoChange {
  if (change.type === 'mark') {
    const endpoint = storedObject(objects, { kind: 'HostEndpoint', name: change.name });
    return { ...change, ips: (endpoint && guardMark(endpoint)?.ips) ?? [] };
  }
  const { kind, name } = change.type === 'put' ? change.object : change;
  const stored = storedObject(objects, { kind, name });
  if (!stored) return { type: 'delete', kind, name };
  const { labels, annotations } = stored.metadata;
  const before = {
    kind,
    name: stored.metadata.name,
    labels: { [OWNER_LABEL]: 'guard', ...labels },
    annotations: annotations ?? {},
    spec: stored.spec,
  } as OwnObject;
  return { type: 'put', object: before };
}
