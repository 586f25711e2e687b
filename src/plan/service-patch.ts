import { parseIp } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { ASSIGNMENTS_ANNOTATION, type Assignment, writeAssignments } from '../snapshot/records.ts';
import type { ServiceChange } from './action.ts';
import { mustBeReadable } from './readable.ts';

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  op: 'test' | 'add' | 'remove';
  path: string;
  value?: unknown;
}

/**
 * The JSON patch that makes the change on the Service as it is now; empty when there is nothing to
 * change. Throws RefusedError where the annotation is not what extip writes.
 */
export function servicePatch(service: Service, change: ServiceChange): JsonPatchOperation[] {
  return patchBetween(service, changedService(service, change));
}

/**
 * The Service as it is after the change. The annotation map and the list of external IPs are
 * absent rather than empty, as the API server stores them. Throws as servicePatch does.
 */
export function changedService(service: Service, change: ServiceChange): Service {
  const { metadata, spec } = service;
  const { annotations, ...otherMetadata } = metadata;
  const { externalIPs, ...otherSpec } = spec;
  const newAnnotations =
    change.assignment === undefined ? annotations : annotate(service, change.ip, change.assignment);
  const newIPs =
    change.externalIP === undefined ? externalIPs : changeList(externalIPs ?? [], change);
  return {
    ...service,
    metadata: { ...otherMetadata, ...(newAnnotations && { annotations: newAnnotations }) },
    spec: { ...otherSpec, ...(newIPs && newIPs.length > 0 && { externalIPs: newIPs }) },
  };
}

/**
 * The JSON patch that makes `before` into `after`, as far as extip changes Services at all: it
 * `test`s the resourceVersion of `before` first. Empty where nothing differs.
 */
export function patchBetween(before: Service, after: Service): JsonPatchOperation[] {
  const operations = [
    ...annotationPatch(before.metadata.annotations, after.metadata.annotations),
    ...listPatch(before.spec.externalIPs ?? [], after.spec.externalIPs ?? []),
  ];
  if (operations.length === 0) return [];
  const { resourceVersion } = before.metadata;
  return [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, ...operations];
}

function annotate(
  service: Service,
  ip: string,
  assignment: Assignment | null,
): Record<string, string> | undefined {
  const before = mustBeReadable(service);
  const index = before.findIndex((entry) => entry.ip === ip);
  const after = assignment
    ? before.toSpliced(index < 0 ? before.length : index, 1, assignment)
    : before.filter((entry) => entry.ip !== ip);
  const { [ASSIGNMENTS_ANNOTATION]: _, ...others } = service.metadata.annotations ?? {};
  if (after.length > 0) return { ...others, [ASSIGNMENTS_ANNOTATION]: writeAssignments(after) };
  return Object.keys(others).length > 0 ? others : undefined;
}

/** An address that is there keeps its place and spelling; one that goes, goes in every spelling. */
function changeList(before: string[], { ip, externalIP, was }: ServiceChange): string[] {
  const others = without(before, ip);
  if (externalIP === 'remove') return others;
  if (others.length < before.length) return before;
  return was === undefined ? [...before, ip] : putBack(before, ip, was);
}

/** The list as it was; where others changed it since, the address before what came after it. */
function putBack(list: string[], ip: string, was: readonly string[]): string[] {
  if (sameList(list, without(was, ip))) return [...was];
  const place = was.findIndex((text) => parseIp(text)?.text === ip);
  const next = was.slice(place + 1).find((text) => list.includes(text));
  return list.toSpliced(next === undefined ? list.length : list.indexOf(next), 0, ip);
}

function without(list: readonly string[], ip: string): string[] {
  return list.filter((text) => parseIp(text)?.text !== ip);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

type Annotations = Service['metadata']['annotations'];

function annotationPatch(before: Annotations, after: Annotations): JsonPatchOperation[] {
  const [from, to] = [before?.[ASSIGNMENTS_ANNOTATION], after?.[ASSIGNMENTS_ANNOTATION]];
  if (from === to) return [];
  const map = '/metadata/annotations';
  const entry = `${map}/${ASSIGNMENTS_ANNOTATION.replaceAll('/', '~1')}`;
  if (after === undefined) return [{ op: 'remove', path: map }];
  if (before === undefined) return [{ op: 'add', path: map, value: after }];
  return to === undefined
    ? [{ op: 'remove', path: entry }]
    : [{ op: 'add', path: entry, value: to }];
}

/** The whole list at once: an index means another address once somebody else changed the list. */
function listPatch(before: string[], after: string[]): JsonPatchOperation[] {
  const path = '/spec/externalIPs';
  if (sameList(before, after)) return [];
  return after.length === 0 ? [{ op: 'remove', path }] : [{ op: 'add', path, value: after }];
}
