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
  create<T>(path: string, body: object, options?: WriteOptions): Promise<T>;
  update<T>(path: string, body: object, options?: WriteOptions): Promise<T>;
  patch<T>(path: string, operations: JsonPatchOperation[], options?: WriteOptions): Promise<T>;
  /** Deletes the object, if it still is the one that was read: else an ApiError with status 409. */
  delete(path: string, read: Preconditions, options?: Pick<WriteOptions, 'dryRun'>): Promise<void>;
  /**
   * The changes after `query.resourceVersion`, bookmarks included; goes on after the server closes
   * the stream. Ends when `signal` aborts; an ApiError with status 410 means: list again.
   */
  watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

export interface WriteOptions {
  /** The server judges it, and stores nothing. */
  dryRun?: boolean;
  fieldManager?: string;
}

/** What an object was when it was read. */
export interface Preconditions {
  uid?: string;
  resourceVersion?: string;
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
    create: (path, body, options) =>
      request(callOf('create', path), queryOf(options), {
        method: 'POST',
        contentType: JSON_TYPE,
        body,
      }),
    update: (path, body, options) =>
      request(callOf('update', path), queryOf(options), {
        method: 'PUT',
        contentType: JSON_TYPE,
        body,
      }),
    patch: (path, operations, options) =>
      request(callOf('patch', path), queryOf(options), {
        method: 'PATCH',
        contentType: 'application/json-patch+json',
        body: operations,
      }),
    delete: async (path, preconditions, { dryRun } = {}) => {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
        ...(dryRun && { dryRun: ['All'] }),
      };
      await request(callOf('delete', path), {}, { method: 'DELETE', contentType: JSON_TYPE, body });
    },
    watch: (path, query, signal) =>
      watchResource({ options: wire, call: callOf('watch', path), query, signal }),
  };
  return api;
}

const JSON_TYPE = 'application/json';

function queryOf({ dryRun, fieldManager }: WriteOptions = {}): Query {
  return { ...(dryRun && { dryRun: 'All' }), fieldManager };
}

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
