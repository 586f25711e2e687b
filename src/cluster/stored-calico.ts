import type { OwnObject } from '../calico/change.ts';
import { PLURALS, WRITTEN_API } from '../calico/own-kinds.ts';
import { storedNames } from '../calico/stored-object.ts';
import { type Api, ApiError } from './api.ts';
import { resourcePath } from './paths.ts';

/** One of Calico's objects with all that the API has of it. */
export interface StoredObject {
  metadata: {
    name: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: object;
}

export type Target = Pick<OwnObject, 'kind' | 'name'>;

/** The object of this kind and name, by whichever name it is stored; null: there is none. */
export async function readStored(api: Api, target: Target): Promise<StoredObject | null> {
  for (const name of storedNames(target)) {
    const stored = await getOrNone(api, { kind: target.kind, name });
    if (stored) return stored;
  }
  return null;
}

/** The path of an object; without a name that of all. */
export function calicoPath({ kind, name }: { kind: OwnObject['kind']; name?: string }): string {
  return resourcePath(WRITTEN_API, PLURALS[kind], name === undefined ? {} : { name });
}

/** Only the API that has the resource can say that there is no such object: without it, 404 is a failure. */
async function getOrNone(api: Api, target: Target): Promise<StoredObject | null> {
  try {
    return await api.get<StoredObject>(calicoPath(target));
  } catch (error) {
    const isNone =
      error instanceof ApiError && error.status === 404 && error.statusReason === 'NotFound';
    if (isNone) return null;
    throw error;
  }
}
