import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Call, refusal, unanswered, unreadable, type Verb } from './api-error.ts';
import { parsePath, type Query, queryString } from './paths.ts';
import { warningReporter } from './server-warnings.ts';
import { type Endpoint, send, TransportError, type WireAnswer } from './transport.ts';
import { type WatchEvent, watchResource } from './watch.ts';

export { ApiError } from './api-error.ts';
export type { Query } from './paths.ts';
export type { WatchEvent } from './watch.ts';

/** One operation of RFC 6902, in the forms that extip uses. */
export interface JsonPatchOperation {
  op: 'test' | 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

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
  subresource?: string;
}

export interface ApiOptions extends Endpoint {
  /** The kubeconfig's user, for messages. */
  user: string;
  onWarning(text: string): void;
  log?(line: string): void;
}

const CHUNK = 500;
const MAX_TRIES = 3;
const MAX_RETRY_AFTER_SECONDS = 10;

/** The API behind one endpoint. */
export function createApi(options: ApiOptions): Api {
  const report = warningReporter(options.onWarning);

  function callOf(verb: Verb, path: string): Call {
    return {
      verb,
      path,
      target: parsePath(path),
      server: options.server.origin,
      user: options.user,
    };
  }

  async function request<T>(
    call: Call,
    query: Query = {},
    write?: { method: string; contentType: string; body: unknown },
  ): Promise<T> {
    const wire = {
      method: write?.method ?? 'GET',
      path: call.path + queryString(query),
      ...(write && { contentType: write.contentType, body: JSON.stringify(write.body) }),
    };
    for (let tries = 1; ; tries++) {
      const answer = await attempt(wire, tries).catch((error) => {
        throw error instanceof TransportError ? unanswered(call, error) : error;
      });
      if (answer === 'again') continue;
      report(answer.message);
      const wait = retryAfter(answer);
      if (wait !== null && tries < MAX_TRIES) {
        options.log?.(`${answer.status}: trying again in ${wait} s`);
        await sleep(wait * 1000);
        continue;
      }
      if (answer.status < 200 || answer.status > 299) {
        throw refusal(call, answer.status, answer.body);
      }
      return parseObject<T>(call, answer);
    }
  }

  async function attempt(
    wire: Parameters<typeof send>[1],
    tries: number,
  ): Promise<WireAnswer | 'again'> {
    const started = performance.now();
    const line = `${wire.method} ${options.server.origin}${wire.path}`;
    try {
      const answer = await send(options, wire);
      options.log?.(`${line} ${answer.status} in ${Math.round(performance.now() - started)} ms`);
      return answer;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      options.log?.(`${line} failed: ${error.message}`);
      // A read may be repeated; what became of a write nobody knows.
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (wire.method === 'GET' && reset && tries === 1) return 'again';
      throw error;
    }
  }

  async function listOnce<T>(path: string, query: Query) {
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const call = callOf('list', path);
      const chunk = await request<ListChunk<T>>(call, { ...query, limit: CHUNK, continue: next });
      if (chunk.items !== null && !Array.isArray(chunk.items)) {
        throw unreadable(call, 200, JSON.stringify(chunk));
      }
      for (const item of chunk.items ?? []) items.push(item);
      next = chunk.metadata?.continue;
      if (!next) return { items, resourceVersion: chunk.metadata?.resourceVersion ?? '' };
    }
  }

  const api: Api = {
    get: (path, query) => request(callOf('get', path), query),
    getOrNull: <T>(path: string) =>
      api.get<T>(path).catch((error) => {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }),
    list: <T>(path: string, query: Query = {}) =>
      listOnce<T>(path, query).catch((error) => {
        // The continue token outlived the server's history (5 min): begin again, once.
        if (error instanceof ApiError && error.status === 410) return listOnce<T>(path, query);
        throw error;
      }),
    create: (path, body) =>
      request(callOf('create', path), {}, { method: 'POST', contentType: JSON_TYPE, body }),
    update: (path, body) =>
      request(callOf('update', path), {}, { method: 'PUT', contentType: JSON_TYPE, body }),
    patch: (path, operations, { dryRun, fieldManager, subresource } = {}) =>
      request(
        callOf('patch', subresource ? `${path}/${subresource}` : path),
        { ...(dryRun && { dryRun: 'All' }), fieldManager },
        { method: 'PATCH', contentType: 'application/json-patch+json', body: operations },
      ),
    watch: (path, query, signal) =>
      watchResource({ endpoint: options, call: callOf('watch', path), query, signal, report }),
  };
  return api;
}

const JSON_TYPE = 'application/json';

interface ListChunk<T> {
  items: T[] | null;
  metadata?: { continue?: string; resourceVersion?: string };
}

/** Seconds to wait where the server asks to come again (429 and 503 with Retry-After), else null. */
function retryAfter({ status, message }: WireAnswer): number | null {
  if (status !== 429 && status !== 503) return null;
  const header = message.headers['retry-after'] ?? '';
  return /^\d+$/.test(header) ? Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) : null;
}

function parseObject<T>(call: Call, { status, body }: WireAnswer): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw unreadable(call, status, body);
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw unreadable(call, status, body);
  }
  return parsed as T;
}
