import type { ClusterState } from '../snapshot/model.ts';
import { ApiError } from './api.ts';
import type { Connection } from './connection.ts';
import { type Query, resourcePath } from './paths.ts';

/** What could be listed of a resource. */
export interface WideList<T> {
  items: T[];
  /** What was listed, with the version that a watch of it goes on from. */
  path: string;
  resourceVersion: string;
  /** Why these are not all; empty where they are. */
  unknown: ClusterState['unknown'];
}

/**
 * All namespaces, or, where that is forbidden, the one we work in; the rest is then unknown. Throws
 * the ApiError about all namespaces where neither may be listed.
 */
export async function listWidely<T>(
  { api, namespace }: Connection,
  groupVersion: string,
  resource: string,
  query: Query = {},
): Promise<WideList<T>> {
  const everywhere = resourcePath(groupVersion, resource);
  try {
    return { ...(await api.list<T>(everywhere, query)), path: everywhere, unknown: [] };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    const path = resourcePath(groupVersion, resource, { namespace });
    const list = await api.list<T>(path, query).catch(() => {
      throw error;
    });
    const reason = `only namespace ${namespace} was read: ${error.message}`;
    return { ...list, path, unknown: [{ resource, reason }] };
  }
}
