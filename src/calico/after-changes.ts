import type { CalicoChange, OwnObject } from './change.ts';
import { marked } from './marked.ts';
import type { HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/**
 * The objects as they are after these changes. Those that no change is of are the same ones; what is not
 * there cannot be marked, and stays away.
 */
export function afterChanges(
  objects: CalicoObjects,
  changes: readonly CalicoChange[],
): CalicoObjects {
  return changes.reduce(afterChange, objects);
}

function afterChange(objects: CalicoObjects, change: CalicoChange): CalicoObjects {
  const { hostEndpoints, globalPolicies } = objects;
  if (change.type === 'mark') {
    return {
      ...objects,
      hostEndpoints: hostEndpoints.map((one) =>
        one.metadata.name === change.name ? withMark(one, change.ips) : one,
      ),
    };
  }
  const target = change.type === 'put' ? change.object : change;
  const before = storedObject(objects, target);
  const name = before?.metadata.name ?? target.name;
  const put = change.type === 'put' ? [stored({ ...change.object, name })] : [];
  return target.kind === 'HostEndpoint'
    ? { ...objects, hostEndpoints: [...hostEndpoints.filter((one) => one !== before), ...put] }
    : { ...objects, globalPolicies: [...globalPolicies.filter((one) => one !== before), ...put] };
}

function withMark(endpoint: HostEndpoint, ips: readonly string[]): HostEndpoint {
  const { labels, annotations, ...metadata } = endpoint.metadata;
  const strings = { labels: labels ?? null, annotations: annotations ?? null };
  return { ...endpoint, metadata: { ...metadata, ...marked(strings, ips) } };
}

function stored({ name, labels, annotations, spec }: OwnObject) {
  return { metadata: { name, labels, annotations }, spec };
}
