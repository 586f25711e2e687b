import {
  type CalicoChange,
  GUARD_ANNOTATION,
  OWNER_LABEL,
  type OwnObject,
} from '../calico/change.ts';
import { isAsWanted, othersAnnotations } from '../calico/is-as-wanted.ts';
import { marked } from '../calico/marked.ts';
import { PLURALS, WRITTEN_API } from '../calico/own-kinds.ts';
import { FailedError, RefusedError } from '../errors.ts';
import type { Api, WriteOptions } from './api.ts';
import { metadataPatch } from './metadata-patch.ts';
import { calicoPath, type StoredObject, type Target } from './stored-calico.ts';

/** Sends a write. */
export type CalicoWrite = (api: Api, options: WriteOptions) => Promise<unknown>;

/** The object that a change is about. */
export function targetOf(change: CalicoChange): Target {
  switch (change.type) {
    case 'put':
      return change.object;
    case 'delete':
      return change;
    case 'mark':
      return { kind: 'HostEndpoint', name: change.name };
  }
}

/**
 * The write that makes the change on the object as it was read, and on no other one; null where there is
 * nothing to do. Throws RefusedError where the object is not ours, FailedError where an endpoint to be marked
 * is gone.
 */
export function calicoWrite(stored: StoredObject | null, change: CalicoChange): CalicoWrite | null {
  switch (change.type) {
    case 'put':
      return stored ? update(stored, change.object) : create(change.object);
    case 'delete':
      return stored && remove(stored, change);
    case 'mark':
      return mark(stored, change);
  }
}

function create(wanted: OwnObject): CalicoWrite {
  const { kind, name, labels, annotations, spec } = wanted;
  const body = { apiVersion: WRITTEN_API, kind, metadata: { name, labels, annotations }, spec };
  return (api, options) => api.create(calicoPath({ kind }), body, options);
}

function update(stored: StoredObject, wanted: OwnObject): CalicoWrite | null {
  mustBeOurs(stored, wanted);
  if (isAsWanted(stored, wanted)) return null;
  const { kind, labels, spec } = wanted;
  const annotations = { ...othersAnnotations(stored), ...wanted.annotations };
  const body = { ...stored, metadata: { ...stored.metadata, labels, annotations }, spec };
  return (api, options) => api.update(pathOf(stored, kind), body, options);
}

function remove(stored: StoredObject, target: Target): CalicoWrite {
  mustBeOurs(stored, target);
  const { uid, resourceVersion } = stored.metadata;
  const { kind } = target;
  return (api, { dryRun = false }) =>
    api.delete(pathOf(stored, kind), { uid, resourceVersion }, { dryRun });
}

function mark(
  stored: StoredObject | null,
  { name, ips }: Extract<CalicoChange, { type: 'mark' }>,
): CalicoWrite | null {
  if (!stored && ips.length === 0) return null;
  if (!stored) {
    throw new FailedError(`the host endpoint ${name} was deleted meanwhile`, {
      reason: 'endpoint-gone',
      object: `hostendpoint/${name}`,
      help: 'run the command again to see and confirm the new plan',
      nothingChanged: true,
    });
  }
  // Without our annotation the label, if it is there, is somebody else's.
  const isOurs = Object.hasOwn(stored.metadata.annotations ?? {}, GUARD_ANNOTATION);
  if (ips.length === 0 && !isOurs) return null;
  const operations = metadataPatch(stored, marked(stored.metadata, ips));
  if (operations.length === 0) return null;
  return (api, options) => api.patch(pathOf(stored, 'HostEndpoint'), operations, options);
}

/** An object of somebody else's is never changed but for its mark. */
function mustBeOurs({ metadata }: StoredObject, { kind, name }: Target): void {
  if (Object.hasOwn(metadata.labels ?? {}, OWNER_LABEL)) return;
  throw new RefusedError(
    `there is a ${kind} ${name} that extip did not make: it has no label ${OWNER_LABEL}`,
    {
      reason: 'not-ours',
      object: `${kind.toLowerCase()}/${name}`,
      help: `kubectl get ${PLURALS[kind]}.projectcalico.org ${name} -o yaml`,
      nothingChanged: true,
    },
  );
}

/** By the name that the server has for it. */
function pathOf({ metadata: { name } }: StoredObject, kind: OwnObject['kind']): string {
  return calicoPath({ kind, name });
}
