import { type CalicoChange, GUARD_ANNOTATION } from '../calico/change.ts';
import { FailedError } from '../errors.ts';
import { type Api, ApiError, type WriteOptions } from './api.ts';
import { calicoWrite, targetOf } from './calico-write.ts';
import { metadataPatch } from './metadata-patch.ts';
import { calicoPath, readStored, type StoredObject, type Target } from './stored-calico.ts';

export interface CalicoOptions extends WriteOptions {
  /** Throws where the lock is no longer ours; asked after the object was read, before each write. */
  lockCheck(): Promise<void>;
  /**
   * The object is written also where it is as it should be: an earlier write that was not answered may still
   * come, and must find another resourceVersion than the one it was made for. One that was to create an
   * object has none, and cannot be kept from coming.
   */
  settle?: boolean;
}

/** How often an object that others keep changing is read and written again. */
const MAX_CONFLICTS = 5;

/**
 * Makes one change of Calico's objects, computed on the object as it is at that moment; where it is as it
 * should be, nothing is written. Throws RefusedError `not-ours` where an object of that name is not extip's,
 * FailedError `endpoint-gone` where one to be marked is gone, `conflict` where somebody else keeps changing it,
 * ApiError as the server refuses.
 */
export async function changeCalico(
  api: Api,
  change: CalicoChange,
  { lockCheck, settle = false, ...options }: CalicoOptions,
): Promise<void> {
  const target = targetOf(change);
  let stored = await readStored(api, target);
  for (let attempt = 1; ; attempt += 1) {
    const write = calicoWrite(stored, change);
    if (!write && !(settle && stored)) return;
    await lockCheck();
    try {
      if (write) await write(api, options);
      else if (stored) await moveOn(api, target, stored, options);
      return;
    } catch (error) {
      if (!maybeConflict(error)) throw error;
      const fresh = await readStored(api, target);
      // The same object as before: it is the server's own refusal.
      if (isSame(fresh, stored)) throw error;
      if (attempt === MAX_CONFLICTS) throw conflict(target, error);
      stored = fresh;
    }
  }
}

/** The server's own answer, 422 Invalid, says nothing of somebody else. */
function conflict({ kind, name }: Target, cause: unknown): FailedError {
  return new FailedError(
    `${kind} ${name} was changed by somebody else each of the ${MAX_CONFLICTS} times that it was to be written`,
    {
      reason: 'conflict',
      object: `${kind.toLowerCase()}/${name}`,
      help: 'run the same command again',
      nothingChanged: true,
      cause,
    },
  );
}

/** It is gone, it is there by now, or it is another one; a failed `test` is answered with 422. */
function maybeConflict(error: unknown): boolean {
  return error instanceof ApiError && [404, 409, 422].includes(error.status);
}

function isSame(a: StoredObject | null, b: StoredObject | null): boolean {
  return (
    a?.metadata.uid === b?.metadata.uid &&
    a?.metadata.resourceVersion === b?.metadata.resourceVersion
  );
}

/**
 * Moves the resourceVersion on and leaves the object as it was. The API server does not store what changes
 * nothing, so a blank goes after the annotation's text and is taken away again.
 */
async function moveOn(
  api: Api,
  { kind }: Target,
  stored: StoredObject,
  options: WriteOptions,
): Promise<void> {
  const { name, labels, annotations } = stored.metadata;
  const path = calicoPath({ kind, name });
  const text = `${annotations?.[GUARD_ANNOTATION] ?? ''} `;
  const there = { labels, annotations: { ...annotations, [GUARD_ANNOTATION]: text } };
  const moved = await api.patch<StoredObject>(path, metadataPatch(stored, there), options);
  await api.patch(path, metadataPatch(moved, { labels, annotations }), options);
}
