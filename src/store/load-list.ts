import { join } from 'node:path';
import { faultInAnswer } from '../cluster/answer-schema.ts';
import type { ClusterLists, Listed } from '../cluster/cluster-state.ts';
import type { SnapshotInfo } from '../snapshot/info.ts';
import { clusterPath } from '../snapshot/layout.ts';
import { RESOURCES, type ResourceName } from '../snapshot/resources.ts';
import { parseJson } from './parse-json.ts';
import { readRegularFile } from './read-file.ts';

/** What a snapshot has of a resource. */
export interface Loaded<T> extends Listed<T> {
  /** There is a file for it. */
  isThere: boolean;
}

/** The lists that the state of the cluster is made of. */
export async function loadClusterLists(
  folder: string,
  info: SnapshotInfo | null,
): Promise<ClusterLists & { isEmpty: boolean }> {
  const found: Loaded<never>[] = [];
  const list = async (resource: ResourceName) => {
    const loaded = await loadList<never>(folder, resource, info);
    found.push(loaded);
    return loaded;
  };
  const lists: ClusterLists = {
    namespaces: await list('namespaces'),
    services: await list('services'),
    nodes: await list('nodes'),
    endpointslices: await list('endpointslices'),
    ippools: await list('ippools'),
    ipaddresspools: await list('ipaddresspools'),
    configmaps: await list('configmaps'),
  };
  return { ...lists, isEmpty: found.every(({ isThere }) => !isThere) };
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
  const unknown = (reason: string, isThere: boolean) => ({
    items: [],
    unknown: [{ resource, reason }],
    isThere,
  });
  const content = await readRegularFile(join(folder, path));
  if ('reason' in content) {
    if (!content.absent) return unknown(`${path} ${content.reason}`, true);
    const reason = said[0]?.reason ?? `the snapshot has no ${path}`;
    return unknown(reason, false);
  }
  const items = readItems<T>(resource, content.bytes);
  if ('fault' in items) return unknown(`${path}:${items.fault}`, true);
  return { ...items, unknown: said, isThere: true };
}

/** `fault`: `LINE:COLUMN: what is wrong`. */
export function readItems<T>(
  resource: ResourceName,
  bytes: Buffer,
): { items: T[] } | { fault: string } {
  const parsed = parseJson(bytes);
  if ('message' in parsed) return { fault: `${parsed.line}:${parsed.column}: ${parsed.message}` };
  const { value } = parsed;
  const kind = RESOURCES.find((one) => one.resource === resource)?.kind;
  const items = isObject(value) && value.kind === kind ? [value] : isObject(value) && value.items;
  if (!Array.isArray(items)) return { fault: `1:1: is no list of ${resource}` };
  const stranger = items.findIndex((item) => isObject(item) && item.kind && item.kind !== kind);
  if (stranger >= 0) return { fault: `1:1: items.${stranger} is no ${kind}` };
  const fault = faultInAnswer(resource, 'list', { items });
  return fault === null ? { items } : { fault: `1:1: ${fault} is not as Kubernetes has it` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
