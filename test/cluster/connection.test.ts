import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect as connectTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { connect } from '../../src/cluster/connection.ts';
import { UsageError } from '../../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'extip-connection-'));
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8');

before(async () => {
  await certificate('server', 'DNS:api.example.com,IP:127.0.0.1');
  await certificate('ops', 'DNS:ops');
});
after(() => rmSync(folder, { recursive: true }));

/** A key and a certificate that signs itself. */
async function certificate(name: string, names: string) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const out = ['-keyout', path(`${name}.key`), '-out', path(`${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
  await execa('openssl', ['req', '-x509', '-days', '2', ...key, ...out, ...subject]);
}

async function listen(t: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server with TLS that answers with what it sees of its client. */
async function tlsServer(t: TestContext): Promise<number> {
  const options = { key: read('server.key'), cert: read('server.crt') };
  const server = createServer(
    { ...options, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const { authorization, 'impersonate-user': as } = request.headers;
      const subject = socket.getPeerCertificate().subject?.CN;
      response.end(JSON.stringify({ authorization, as, subject, name: socket.servername }));
    },
  );
  t.after(() => server.closeAllConnections());
  return listen(t, server);
}

function kubeconfig(cluster: object, user: object = {}, context: object = {}): string {
  writeFileSync(
    path('config'),
    stringify({
      'current-context': 'lab',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'ops', user }],
      contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'ops', ...context } }],
    }),
  );
  return path('config');
}

const hooks = { onWarning() {} };
const ca = { 'certificate-authority': 'server.crt' };

test('the connection says which cluster and namespace it is', async () => {
  const flags = { kubeconfig: kubeconfig({ server: 'https://[fd00::1]:6443' }) };
  const { clusterName, namespace, serverHost } = await connect(flags, hooks);
  assert.deepEqual([clusterName, namespace, serverHost], ['lab', 'default', 'fd00::1']);
  const inWeb = { kubeconfig: kubeconfig({ server: 'https://a' }, {}, { namespace: 'web' }) };
  assert.equal((await connect(inWeb, hooks)).namespace, 'web');
  assert.equal((await connect({ ...inWeb, namespace: 'other' }, hooks)).namespace, 'other');
});

test('no kubeconfig is an error, and no server of its own is tried', async (t) => {
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, KUBECONFIG: '/nonexistent/config' };
  delete process.env.KUBERNETES_SERVICE_HOST;
  await assert.rejects(connect({}, hooks), (error) => {
    assert.ok(error instanceof UsageError);
    assert.equal(error.reason, 'no-kubeconfig');
    return true;
  });
});

test('the certificate is checked against the CA of the kubeconfig', async (t) => {
  const server = `https://127.0.0.1:${await tlsServer(t)}`;
  const good = await connect({ kubeconfig: kubeconfig({ server, ...ca }) }, hooks);
  assert.deepEqual(await good.api.get('/version'), { name: false });
  const bad = await connect({ kubeconfig: kubeconfig({ server }) }, hooks);
  await assert.rejects(bad.api.get('/version'), {
    reason: 'unreachable',
    message: `get /version: ${server}: self-signed certificate`,
  });
  const named = { server, ...ca, 'tls-server-name': 'api.example.com' };
  const byName = await connect({ kubeconfig: kubeconfig(named) }, hooks);
  assert.equal((await byName.api.get<{ name: string }>('/version')).name, 'api.example.com');
  const other = { server, ...ca, 'tls-server-name': 'other.example.com' };
  const wrong = await connect({ kubeconfig: kubeconfig(other) }, hooks);
  await assert.rejects(wrong.api.get('/version'), /does not match certificate's altnames/);
});

test('client certificate, token and --as reach the server', async (t) => {
  const server = `https://127.0.0.1:${await tlsServer(t)}`;
  const files = { 'client-certificate': 'ops.crt', 'client-key': 'ops.key' };
  const data = {
    'client-certificate-data': Buffer.from(read('ops.crt')).toString('base64'),
    'client-key-data': Buffer.from(read('ops.key')).toString('base64'),
  };
  for (const certificate of [files, data]) {
    const user = { ...certificate, token: 'secret' };
    const flags = { kubeconfig: kubeconfig({ server, ...ca }, user), as: 'alice' };
    const { api } = await connect(flags, hooks);
    const { authorization, as, subject } = await api.get<Record<string, unknown>>('/version');
    assert.deepEqual([authorization, as, subject], ['Bearer secret', 'alice', 'ops']);
  }
});

test('a proxy of the kubeconfig carries the connection, and TLS goes through it', async (t) => {
  const port = await tlsServer(t);
  const connected: string[] = [];
  const proxy = createProxy().on('connect', (request, socket) => {
    connected.push(request.url ?? '');
    const target = connectTcp(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    t.after(() => target.destroy());
  });
  const proxyUrl = `http://127.0.0.1:${await listen(t, proxy)}`;
  const cluster = { server: 'https://api.example.com:6443', ...ca, 'proxy-url': proxyUrl };
  const { api } = await connect({ kubeconfig: kubeconfig(cluster) }, hooks);
  assert.equal((await api.get<{ name: string }>('/version')).name, 'api.example.com');
  assert.deepEqual(connected, ['api.example.com:6443']);
});

test('a proxy that refuses is an error, without its password', async (t) => {
  const proxy = createProxy().on('connect', (_, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'));
  const port = await listen(t, proxy);
  const cluster = {
    server: 'https://a.example',
    'proxy-url': `http://u:hunter2@127.0.0.1:${port}`,
  };
  const { api } = await connect({ kubeconfig: kubeconfig(cluster) }, hooks);
  await assert.rejects(api.get('/version'), (error: Error) => {
    assert.match(error.message, /^get \/version: https:\/\/a\.example: .*407/);
    assert.doesNotMatch(error.message, /hunter2/);
    return true;
  });
});
