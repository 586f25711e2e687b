import { faultInAnswer } from '../cluster/answer-schema.ts';
import type { ClusterLists, Listed } from '../cluster/cluster-state.ts';
import type { Problem } from '../net/netfilter/problem.ts';
import type { SnapshotInfo } from '../snapshot/info.ts';
import { clusterPath } from '../snapshot/layout.ts';
import { declarationOf, type ResourceName } from '../snapshot/resources.ts';
import { type Parsed, parseJson } from './parse-json.ts';
import { readAs } from './read-file.ts';

/** What a snapshot has of a resource. */
export interface Loaded<T> extends Listed<T> {
  /** There is a file for it. */
  isThere: boolean;
}

/** The lists that the state of the cluster is made of. */
export async function loadClusterLists(folder: string, info: SnapshotInfo | null) {
  const list = <T>(resource: ResourceName) => loadList<T>(folder, resource, info);
  return {
    namespaces: await list('namespaces'),
    services: await list('services'),
    nodes: await list('nodes'),
    endpointslices: await list('endpointslices'),
    ippools: await list('ippools'),
    ipaddresspools: await list('ipaddresspools'),
    configmaps: await list('configmaps'),
  } satisfies ClusterLists;
}

/**
 * A resource's objects, as `kubectl get RESOURCE -A -o json` prints them: a List, or one object. What
 * is not there, or cannot be used, is not known, with the reason.
 */
export async function loadList<T>(
  folder: string,
  resource: ResourceName,
  info: SnapshotInfo | null,
): Promise<Loaded<T>> {
  const path = clusterPath(resource);
  const said = (info?.unread ?? []).filter((one) => one.resource === resource);
  const items = await readAs(folder, path, (bytes) => readItems<T>(resource, bytes));
  if ('value' in items) return { items: items.value, unknown: said, isThere: true };
  const reason = items.absent ? (said[0]?.reason ?? items.reason) : items.reason;
  return { items: [], unknown: [{ resource, reason }], isThere: !items.absent };
}

/** The objects of a resource's file, or what is wrong with it, and where. */
export function readItems<T>(resource: ResourceName, bytes: Buffer): Parsed<T[]> {
  const parsed = parseJson(bytes);
  if ('message' in parsed) return parsed;
  const { value } = parsed;
  const { kind } = declarationOf(resource);
  const wrong = (message: string): Problem => ({ line: 1, column: 1, message });
  const items = isObject(value) && value.kind === kind ? [value] : isObject(value) && value.items;
  if (!Array.isArray(items)) return wrong(`is no list of ${resource}`);
  const stranger = items.findIndex((item) => isObject(item) && item.kind && item.kind !== kind);
  if (stranger >= 0) return wrong(`items.${stranger} is no ${kind}`);
  const fault = faultInAnswer(resource, 'list', { items });
  return fault === null ? { value: items } : wrong(`${fault} is not as Kubernetes has it`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
