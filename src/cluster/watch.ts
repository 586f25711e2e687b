import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type Call, refusal, unanswered, unreadable } from './api-error.ts';
import { type Query, queryString } from './paths.ts';
import type { RequestOptions } from './request.ts';
import { open, TransportError, transportError } from './transport.ts';

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

interface Watch {
  options: RequestOptions;
  call: Call;
  query: Query;
  signal: AbortSignal;
}

/** The server ends a stream after this many seconds, so that a dead connection is noticed. */
const STREAM_SECONDS = 300;
const STREAM_LIMIT = (STREAM_SECONDS + 30) * 1000;
/** An event holds one object, which etcd limits to 1.5 MiB. */
const MAX_LINE = 16 * 1024 * 1024;
/** Attempts in a row that may fail before the watch gives up. */
const MAX_FAILURES = 5;

/** See `Api.watch`. */
export async function* watchResource<T>(watch: Watch): AsyncGenerator<WatchEvent<T>> {
  const query = { ...watch.query };
  let failures = 0;
  while (!watch.signal.aborted) {
    try {
      for await (const event of stream<T>({ ...watch, query })) {
        failures = 0;
        query.resourceVersion = versionOf(event.object) ?? query.resourceVersion;
        yield event;
      }
      failures = 0;
    } catch (error) {
      if (watch.signal.aborted) return;
      if (!mayPass(error)) throw error;
      if (++failures === MAX_FAILURES) {
        throw error instanceof TransportError ? unanswered(watch.call, error) : error;
      }
    }
    // Also after a clean end: a server that closes at once must not be asked in a tight loop.
    await sleep(1000 * Math.max(failures, 1), undefined, { signal: watch.signal }).catch(() => {});
  }
}

/** The events of one stream, until the server ends it. */
async function* stream<T>({ options, call, query, signal }: Watch) {
  const wanted = { watch: true, allowWatchBookmarks: true, timeoutSeconds: STREAM_SECONDS };
  const path = call.path + queryString({ ...query, ...wanted });
  options.log?.(`GET ${call.server}${path}`);
  const credentials = await options.authorize();
  const slow = new AbortController();
  let timer = setTimeout(() => slow.abort(), options.timeout || STREAM_LIMIT);
  try {
    const limit = AbortSignal.any([signal, slow.signal]);
    const message = await open(options, credentials, { method: 'GET', path }, limit);
    clearTimeout(timer);
    timer = setTimeout(() => slow.abort(), STREAM_LIMIT);
    options.report(message);
    const { statusCode = 0 } = message;
    if (statusCode !== 200) throw refusal(call, statusCode, await text(message).catch(() => ''));
    for await (const line of lines(message)) yield parseEvent<T>(call, line);
  } finally {
    clearTimeout(timer);
    // Where the caller stops in the middle, the stream would go on.
    slow.abort();
  }
}

async function* lines(message: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  message.setEncoding('utf8');
  try {
    for await (const chunk of message) {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MAX_LINE) throw new Error('an event without an end');
      yield* parts;
    }
  } catch (error) {
    throw transportError(error, true);
  }
}

function parseEvent<T>(call: Call, line: string): WatchEvent<T> {
  const { type, object } = parseLine(call, line);
  if (type === 'ERROR') throw errorEvent(call, object);
  return { type, object } as WatchEvent<T>;
}

function parseLine(call: Call, line: string): { type: string; object: object } {
  try {
    const { type, object } = JSON.parse(line);
    if (typeof type === 'string' && object && typeof object === 'object') return { type, object };
  } catch {
    // Cut off or not JSON: the same as an event without an object.
  }
  throw unreadable(call, 200, line);
}

/** An ERROR event carries a Status, e.g. 410 when the history no longer reaches back so far. */
function errorEvent(call: Call, status: object): ApiError {
  const code = 'code' in status && typeof status.code === 'number' ? status.code : 500;
  return refusal(call, code, JSON.stringify(status));
}

/** The server is away, starting or busy: worth another attempt. */
function mayPass(error: unknown): boolean {
  if (error instanceof TransportError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}

function versionOf(object: unknown): string | undefined {
  return (object as { metadata?: { resourceVersion?: string } }).metadata?.resourceVersion;
}
