import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

/** One request as the wire has it. */
export interface WireRequest {
  method: string;
  /** Path and query, encoded. */
  path: string;
  contentType?: string;
  body?: string;
}

export interface WireAnswer {
  status: number;
  message: IncomingMessage;
  body: string;
}

/** How to reach the server: where, with which credentials, how long to wait for one answer. */
export interface Endpoint {
  server: URL;
  /** Credentials, TLS options and proxy for the next request (exec plugins and files may renew). */
  authorize(): Promise<RequestOptions>;
  /** Milliseconds for one attempt, answer included; 0: no limit. */
  timeout: number;
}

const MAX_BODY = 256 * 1024 * 1024;

/** No answer came. */
export class TransportError extends Error {
  /** The whole request had left: the server may have carried it out. */
  readonly sent: boolean;
  readonly code: string;

  constructor(message: string, options: { sent: boolean; code: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.sent = options.sent;
    this.code = options.code;
  }

  /** The connection broke, as an idle one does when the other side has closed it. */
  get reset(): boolean {
    return this.code === 'ECONNRESET' || this.code === 'EPIPE';
  }
}

/** Sends one request, once, and reads the whole answer. Throws TransportError when none comes. */
export async function send(endpoint: Endpoint, request: WireRequest): Promise<WireAnswer> {
  const { timeout } = endpoint;
  // Not part of the time limit: an exec plugin may wait for the user to log in.
  const credentials = await endpoint.authorize();
  const signal = timeout > 0 ? AbortSignal.timeout(timeout) : undefined;
  const message = await open(endpoint, credentials, request, signal);
  try {
    return { status: message.statusCode ?? 0, message, body: await readBody(message) };
  } catch (error) {
    throw transportError(error, true, { signal, timeout });
  }
}

/** The whole body. A chunk of a list has a few megabytes; a stranger's server may never end. */
async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY)
      throw new Error(`the answer is larger than ${MAX_BODY / 1024 / 1024} MiB`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends one request and returns the answer with its body still to be read. */
export async function open(
  { server, timeout }: Endpoint,
  credentials: RequestOptions,
  request: WireRequest,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const body = request.body === undefined ? undefined : Buffer.from(request.body);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let sent = false;
  const outgoing = (server.protocol === 'http:' ? http : https).request({
    ...credentials,
    hostname: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port,
    method: request.method,
    path: server.pathname.replace(/\/$/, '') + request.path,
    headers: {
      ...credentials.headers,
      Accept: 'application/json',
      'User-Agent': 'extip',
      ...(body && { 'Content-Type': request.contentType, 'Content-Length': body.length }),
    },
    ...(signal && { signal }),
  });
  outgoing.on('finish', () => {
    sent = true;
  });
  outgoing.on('response', resolve);
  outgoing.on('error', (error) => reject(transportError(error, sent, { signal, timeout })));
  outgoing.end(body);
  return promise;
}

/** What went wrong on the way; where `deadline` has passed, that it was too slow. */
export function transportError(
  error: unknown,
  sent: boolean,
  deadline?: { signal: AbortSignal | undefined; timeout: number },
): TransportError {
  if (deadline?.signal?.aborted) {
    const message = `no answer within ${deadline.timeout / 1000} s`;
    return new TransportError(message, { sent, code: 'TIMEOUT', cause: error });
  }
  // Several addresses tried (IPv6 and IPv4) fail as one AggregateError without a message.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { message, code = '' } = first as NodeJS.ErrnoException;
  // Node appends advice about its own flags, for a program that is not ours to start.
  const [what = ''] = message.split('; if the root CA');
  return new TransportError(what || code, { sent, code, cause: error });
}
