import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type Api, createApi } from '../../src/cluster/api.ts';

export interface Received {
  method: string;
  /** Path with query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The client's: one for each connection. */
  clientPort: number | undefined;
}

/** Answers one request, or leaves it hanging, or breaks the connection. */
export type Behaviour = (request: Received, response: ServerResponse) => void;

export interface StandIn {
  url: URL;
  received: Received[];
  api: Api;
  warnings: string[];
  log: string[];
}

/**
 * A server on loopback that answers like an API server. It stands in for the real one only because
 * it makes the faults that a real server will not make on demand: 429, 500, a hang, a reset, an
 * answer that is no JSON. What the real server does is tested against it in the lab.
 */
export async function standIn(
  test: TestContext,
  behave: Behaviour,
  { timeout = 5000 } = {},
): Promise<StandIn> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const { method = '', url = '', headers, socket } = incoming;
    const request = { method, url, headers, body, clientPort: socket.remotePort };
    received.push(request);
    behave(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const warnings: string[] = [];
  const log: string[] = [];
  const api = createApi({
    server: url,
    authorize: async () => ({}),
    timeout,
    user: 'ops',
    onWarning: (warning) => warnings.push(warning),
    log: (line) => log.push(line),
  });
  return { url, received, api, warnings, log };
}

/** The behaviours in turn, one a request; the last one stays. */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  let turn = 0;
  return (request, response) => {
    const behave = behaviours[Math.min(turn++, behaviours.length - 1)];
    behave?.(request, response);
  };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A refusal as the API server words it. */
export function status(
  code: number,
  message: string,
  reason = '',
  headers: Record<string, string> = {},
): Behaviour {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
  return json(body, code, headers);
}

/** Text that is not what the API sends. */
export function garbage(body: string, code = 200): Behaviour {
  return (_, response) => {
    response.writeHead(code);
    response.end(body);
  };
}

export const hang: Behaviour = () => {};

export const reset: Behaviour = (_, response) => {
  response.socket?.resetAndDestroy();
};
