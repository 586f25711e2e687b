import type { CalicoChange, OwnObject } from './change.ts';
import { marked } from './marked.ts';
import type { HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';

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
  const { kind, name } = change.type === 'put' ? change.object : change;
  const put = change.type === 'put' ? [stored(change.object)] : [];
  return kind === 'HostEndpoint'
    ? { ...objects, hostEndpoints: [...without(hostEndpoints, name), ...put] }
    : { ...objects, globalPolicies: [...without(globalPolicies, name), ...put] };
}

function withMark(endpoint: HostEndpoint, ips: readonly string[]): HostEndpoint {
  const { labels, annotations, ...metadata } = endpoint.metadata;
  const strings = { labels: labels ?? null, annotations: annotations ?? null };
  return { ...endpoint, metadata: { ...metadata, ...marked(strings, ips) } };
}

function stored({ name, labels, annotations, spec }: OwnObject) {
  return { metadata: { name, labels, annotations }, spec };
}

function without<T extends { metadata: { name: string } }>(list: readonly T[], name: string): T[] {
  return list.filter(({ metadata }) => metadata.name !== name);
}
