import { parseIp } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { ASSIGNMENTS_ANNOTATION, readAssignments, writeAssignments } from '../snapshot/records.ts';
import type { ServiceChange } from './action.ts';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  op: 'test' | 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

/**
 * The JSON patch that makes the change on the Service as it is now, `test`ing resourceVersion
 * first; empty when there is nothing to change. The annotation map and the list of external IPs
 * are removed again when they would be left empty, which the API server stores as absent.
 */
export function servicePatch(service: Service, change: ServiceChange): JsonPatchOperation[] {
  const operations = [
    ...(change.assignment === undefined ? [] : annotationPatch(service, change)),
    ...(change.externalIP === undefined ? [] : externalIPsPatch(service, change)),
  ];
  if (operations.length === 0) return [];
  const test = { op: 'test', path: '/metadata/resourceVersion' } as const;
  return [{ ...test, value: service.metadata.resourceVersion }, ...operations];
}

/** The Service as it is after the change: what the API server stores of the patch. */
export function changedService(service: Service, change: ServiceChange): Service {
  const { metadata, spec } = structuredClone(service);
  for (const { op, path, value } of servicePatch(service, change)) {
    if (path === '/metadata/annotations') {
      metadata.annotations = op === 'remove' ? undefined : (value as Record<string, string>);
    } else if (path.startsWith('/metadata/annotations/') && metadata.annotations) {
      if (op === 'remove') delete metadata.annotations[ASSIGNMENTS_ANNOTATION];
      else metadata.annotations[ASSIGNMENTS_ANNOTATION] = value as string;
    } else if (path.startsWith('/spec/externalIPs')) {
      const kept = (spec.externalIPs ?? []).filter((text) => parseIp(text)?.text !== change.ip);
      spec.externalIPs = change.externalIP === 'add' ? [...kept, change.ip] : kept;
    }
  }
  return { ...service, metadata, spec };
}

/** The JSON patch that makes `before` into `after`, as far as extip changes Services at all. */
export function patchBetween(before: Service, after: Service): JsonPatchOperation[] {
  const fields: [path: string, from: unknown, to: unknown][] = [
    ['/metadata/annotations', before.metadata.annotations, after.metadata.annotations],
    ['/spec/externalIPs', before.spec.externalIPs, after.spec.externalIPs],
  ];
  return fields
    .filter(([, from, to]) => JSON.stringify(from ?? null) !== JSON.stringify(to ?? null))
    .map(([path, , to]) => ({ op: 'add', path, value: to ?? null }));
}

function annotationPatch(service: Service, change: ServiceChange): JsonPatchOperation[] {
  const { annotations } = service.metadata;
  const before = readAssignments(service).assignments;
  const others = before.filter((entry) => entry.ip !== change.ip);
  const after = change.assignment
    ? before.some((entry) => entry.ip === change.ip)
      ? before.map((entry) => (entry.ip === change.ip && change.assignment) || entry)
      : [...before, change.assignment]
    : others;
  const value = writeAssignments(after);
  const path = `/metadata/annotations/${ASSIGNMENTS_ANNOTATION.replaceAll('/', '~1')}`;
  if (after.length > 0) {
    if (annotations === undefined) {
      return [
        { op: 'add', path: '/metadata/annotations', value: { [ASSIGNMENTS_ANNOTATION]: value } },
      ];
    }
    return annotations[ASSIGNMENTS_ANNOTATION] === value ? [] : [{ op: 'add', path, value }];
  }
  if (annotations?.[ASSIGNMENTS_ANNOTATION] === undefined) return [];
  return Object.keys(annotations).length === 1
    ? [{ op: 'remove', path: '/metadata/annotations' }]
    : [{ op: 'remove', path }];
}

function externalIPsPatch(service: Service, change: ServiceChange): JsonPatchOperation[] {
  const before = service.spec.externalIPs ?? [];
  const index = before.findIndex((text) => parseIp(text)?.text === change.ip);
  if (change.externalIP === 'add') {
    if (index >= 0) return [];
    return before.length === 0
      ? [{ op: 'add', path: '/spec/externalIPs', value: [change.ip] }]
      : [{ op: 'add', path: '/spec/externalIPs/-', value: change.ip }];
  }
  if (index < 0) return [];
  return before.length === 1
    ? [{ op: 'remove', path: '/spec/externalIPs' }]
    : [{ op: 'remove', path: `/spec/externalIPs/${index}` }];
}
