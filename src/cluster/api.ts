import type { JsonPatchOperation } from '../plan/service-patch.ts';
import { ApiError, type Call, malformed, unreadable, type Verb } from './api-error.ts';
import { parsePath, type Query } from './paths.ts';
import { requester } from './request.ts';
import { warningReporter } from './server-warnings.ts';
import type { Endpoint } from './transport.ts';
import { type WatchEvent, watchResource } from './watch.ts';

export { ApiError } from './api-error.ts';
export type { Query } from './paths.ts';
export type { WatchEvent } from './watch.ts';

/** The Kubernetes API: raw JSON in and out, every failure an ApiError. */
export interface Api {
  get<T>(path: string, query?: Query): Promise<T>;
  /** Like `get`; an object that does not exist is null. */
  getOrNull<T>(path: string): Promise<T | null>;
  /** All items, read in chunks. */
  list<T>(path: string, query?: Query): Promise<{ items: T[]; resourceVersion: string }>;
  create<T>(path: string, body: object): Promise<T>;
  update<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, operations: JsonPatchOperation[], options?: PatchOptions): Promise<T>;
  /**
   * The changes after `query.resourceVersion`, bookmarks included; goes on after the server closes
   * the stream. Ends when `signal` aborts; an ApiError with status 410 means: list again.
   */
  watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

export interface PatchOptions {
  dryRun?: boolean;
  fieldManager?: string;
}

export interface ApiOptions extends Endpoint {
  /** The kubeconfig's user, for messages. */
  user: string;
  /** A `Warning:` of the server, each text once. */
  onWarning(text: string): void;
  /** One line a request. */
  log?(line: string): void;
}

const CHUNK = 500;

/** The API behind one endpoint. */
export function createApi(options: ApiOptions): Api {
  const { server, user, onWarning, ...rest } = options;
  const wire = { ...rest, server, report: warningReporter(onWarning) };
  const request = requester(wire);

  function callOf(verb: Verb, path: string): Call {
    return { verb, path, target: parsePath(path), server: server.origin, user };
  }

  async function listOnce<T>(path: string, query: Query) {
    const call = callOf('list', path);
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const chunk = await request<ListChunk<T>>(call, { ...query, limit: CHUNK, continue: next });
      if (chunk.items !== null && !Array.isArray(chunk.items)) {
        throw unreadable(call, 200, JSON.stringify(chunk));
      }
      for (const item of chunk.items ?? []) items.push(item);
      // A server that gives the same token again would be asked for ever.
      if (next && next === chunk.metadata?.continue)
        throw malformed(call, 200, 'metadata.continue');
      next = chunk.metadata?.continue;
      if (!next) return { items, resourceVersion: chunk.metadata?.resourceVersion ?? '' };
    }
  }

  const api: Api = {
    get: (path, query) => request(callOf('get', path), query),
    getOrNull: <T>(path: string) => api.get<T>(path).catch(onStatus(404, () => null)),
    // 410: the continue token outlived the server's history (5 min). Begin again, once.
    list: <T>(path: string, query: Query = {}) =>
      listOnce<T>(path, query).catch(onStatus(410, () => listOnce<T>(path, query))),
    create: (path, body) =>
      request(callOf('create', path), {}, { method: 'POST', contentType: JSON_TYPE, body }),
    update: (path, body) =>
      request(callOf('update', path), {}, { method: 'PUT', contentType: JSON_TYPE, body }),
    patch: (path, operations, { dryRun, fieldManager } = {}) =>
      request(
        callOf('patch', path),
        { ...(dryRun && { dryRun: 'All' }), fieldManager },
        { method: 'PATCH', contentType: 'application/json-patch+json', body: operations },
      ),
    watch: (path, query, signal) =>
      watchResource({ options: wire, call: callOf('watch', path), query, signal }),
  };
  return api;
}

const JSON_TYPE = 'application/json';

interface ListChunk<T> {
  items: T[] | null;
  metadata?: { continue?: string; resourceVersion?: string };
}

/** For `catch`: what to do about one status; every other error goes on. */
function onStatus<T>(status: number, instead: () => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof ApiError && error.status === status) return instead();
    throw error;
  };
}
