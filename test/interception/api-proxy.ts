/**
 * A program that runs on the lab's operator: an API server for extip on 127.0.0.1:8001, which
 * passes everything on to the real one, with the admin's credentials, and asks the controller
 * before a write is passed on and again when it was answered. Its argument is the folder of the
 * controller's socket; standard input says where the real server is. A path begins with the run:
 * `/7/api/v1/…`.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { json, text } from 'node:stream/consumers';
import type { ApiAnswer, Phase, Verdict } from './point.ts';

/** Where the real API server is and who asks. */
export interface Upstream {
  server: string;
  ca: string;
  token: string;
}

const [folder] = process.argv.slice(2);
const socketPath = `${folder}/socket`;
const upstream = (await json(process.stdin)) as Upstream;
let requests = 0;

http
  .createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  })
  .listen(8001, '127.0.0.1', () => consult('/ready', ''));

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, run = '', path = ''] = /^\/(\d+)(\/.*)$/.exec(incoming.url ?? '') ?? [];
  const { method = '' } = incoming;
  if (method === 'GET') {
    const answer = await forward(incoming, path, '');
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    return;
  }
  const body = await text(incoming);
  requests += 1;
  const query = `run=${run}&id=api-${requests}`;
  const ask = (phase: Phase) =>
    consult(`/api?${query}&phase=${phase}`, JSON.stringify({ method, path, body }));

  let verdict = await ask('before');
  if (verdict === 'pass') {
    const message = await forward(incoming, path, body);
    const answer = { status: message.statusCode ?? 502, headers: message.headers };
    const content = await text(message);
    verdict = await ask('after');
    if (verdict === 'pass') {
      response.writeHead(answer.status, answer.headers).end(content);
      return;
    }
  }
  if (verdict === 'drop') response.destroy();
  else {
    const { status, headers, body: content } = verdict as ApiAnswer;
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(content);
  }
}

function forward(incoming: IncomingMessage, path: string, body: string): Promise<IncomingMessage> {
  const { server, ca, token } = upstream;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { host: _, connection: __, ...headers } = incoming.headers;
  https
    .request(server + path, {
      method: incoming.method,
      ca,
      headers: { ...headers, Authorization: `Bearer ${token}` },
    })
    .on('response', resolve)
    .on('error', reject)
    .end(body);
  return promise;
}

async function consult(path: string, body: string): Promise<Verdict> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  http
    .request({ socketPath, path, method: 'POST', agent: false })
    .on('response', resolve)
    .on('error', reject)
    .end(body);
  return (await json(await promise)) as Verdict;
}
