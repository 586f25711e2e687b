import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, createApi } from '../../src/cluster/api.ts';
import { ExitCode } from '../../src/errors.ts';
import { garbage, hang, inTurn, json, reset, standIn, status } from './stand-in-server.ts';

const SERVICE = '/api/v1/namespaces/default/services/web';
const WEB = { metadata: { name: 'web' }, spec: {} };
/** Of a resource that extip reads nothing of. */
/** Of which nothing is read, so that anything may be in a list of them. */
const JOBS = '/apis/batch/v1/jobs';

/** The ApiError that the call must end with. */
async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => assert.fail('the call succeeded'),
    (reason) => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.equal(error.exitCode, ExitCode.failed);
  return error;
}

test('get returns the object with every field, known or not', async (t) => {
  const object = { kind: 'Service', metadata: { name: 'web' }, spec: { fieldOfTheFuture: [1] } };
  const { api, received } = await standIn(t, json(object));
  assert.deepEqual(await api.get(SERVICE), object);
  assert.deepEqual(
    received.map(({ method, url }) => `${method} ${url}`),
    [`GET ${SERVICE}`],
  );
});

test('getOrNull: only 404 is null', async (t) => {
  const { api } = await standIn(t, inTurn(status(404, 'not found'), status(500, 'etcd is down')));
  assert.equal(await api.getOrNull(SERVICE), null);
  assert.equal((await failure(api.getOrNull(SERVICE))).status, 500);
});

test('list goes on until there is no continue token', async (t) => {
  const { api, received } = await standIn(
    t,
    inTurn(
      json({ metadata: { resourceVersion: '7', continue: 'a+b' }, items: [1, 2] }),
      json({ metadata: { resourceVersion: '7' }, items: [3] }),
    ),
  );
  assert.deepEqual(await api.list(JOBS, { labelSelector: 'a=b' }), {
    items: [1, 2, 3],
    resourceVersion: '7',
  });
  assert.deepEqual(
    received.map(({ url }) => url),
    [
      '/apis/batch/v1/jobs?labelSelector=a%3Db&limit=500',
      '/apis/batch/v1/jobs?labelSelector=a%3Db&limit=500&continue=a%2Bb',
    ],
  );
});

test('list begins again, once, when the continue token is too old', async (t) => {
  const first = json({ metadata: { continue: 'x' }, items: ['stale'] });
  const gone = status(410, 'The provided continue parameter is too old', 'Expired');
  const fresh = json({ metadata: { resourceVersion: '9' }, items: ['fresh'] });
  const { api } = await standIn(t, inTurn(first, gone, fresh, first, gone, first, gone));
  assert.deepEqual((await api.list(JOBS)).items, ['fresh']);
  assert.equal((await failure(api.list(JOBS))).status, 410);
});

test('a list whose continue token never changes is refused: it would never end', async (t) => {
  const { api } = await standIn(t, json({ metadata: { continue: 'x' }, items: [] }));
  const error = await failure(api.list(JOBS));
  assert.match(
    error.message,
    /^list jobs: .* with what Kubernetes never sends at metadata\.continue$/,
  );
});

test('an object that is not as Kubernetes sends it is refused, with the place', async (t) => {
  const list = { metadata: {}, items: [WEB, { ...WEB, metadata: { name: '-oProxyCommand=x' } }] };
  const { api } = await standIn(t, json(list));
  const error = await failure(api.list('/api/v1/services'));
  assert.match(error.message, /with what Kubernetes never sends at items\.1\.metadata\.name$/);
  assert.equal(error.reason, 'bad-answer');
});

test('an empty list may be written as null', async (t) => {
  const { api } = await standIn(t, json({ metadata: {}, items: null }));
  assert.deepEqual((await api.list(JOBS)).items, []);
});

test('patch sends a JSON patch with its options', async (t) => {
  const { api, received } = await standIn(t, json(WEB));
  const operations = [{ op: 'remove' as const, path: '/spec/externalIPs' }];
  const options = { dryRun: true, fieldManager: 'me & you' };
  await api.patch(SERVICE, operations, options);
  const [request] = received;
  assert.equal(request?.method, 'PATCH');
  assert.equal(request?.url, `${SERVICE}?dryRun=All&fieldManager=me+%26+you`);
  assert.equal(request?.headers['content-type'], 'application/json-patch+json');
  assert.equal(request?.body, JSON.stringify(operations));
});

test('delete says which object is meant, and takes whatever a success answers', async (t) => {
  const { api, received } = await standIn(t, json({ kind: 'Status', status: 'Success' }));
  await api.delete(SERVICE, { uid: 'u', resourceVersion: '7' });
  await api.delete(SERVICE, { uid: 'u' }, { dryRun: true });
  const options = { apiVersion: 'v1', kind: 'DeleteOptions' };
  assert.deepEqual(
    received.map(({ method, url, body }) => [method, url, JSON.parse(body)]),
    [
      ['DELETE', SERVICE, { ...options, preconditions: { uid: 'u', resourceVersion: '7' } }],
      ['DELETE', SERVICE, { ...options, preconditions: { uid: 'u' }, dryRun: ['All'] }],
    ],
  );
});

test('a refusal says what was tried and what came back', async (t) => {
  const denied =
    'services "web" is forbidden: User "ops" cannot patch resource "services" in API group "" in the namespace "default"';
  const webhook = 'admission webhook "policy.example.com" denied the request: no external IPs';
  const cases = [
    { code: 403, said: denied, reason: 'forbidden', help: 'see docs/permissions.md' },
    { code: 403, said: webhook, reason: 'denied', help: undefined },
    { code: 401, said: 'Unauthorized', reason: 'unauthorized', help: 'kubectl auth whoami' },
    { code: 404, said: 'services "web" not found', reason: 'not-found', help: undefined },
    { code: 409, said: 'the object has been modified', reason: 'conflict', help: undefined },
    { code: 422, said: 'testing value failed', reason: 'rejected', help: undefined },
    { code: 500, said: 'etcdserver: no leader', reason: 'server-error', help: undefined },
  ];
  const { api, received } = await standIn(
    t,
    inTurn(...cases.map(({ code, said }) => status(code, said, 'R'))),
  );
  for (const { code, said, reason, help } of cases) {
    const error = await failure(api.patch(SERVICE, []));
    assert.ok(error.message.startsWith(`patch service default/web: ${code} `), error.message);
    assert.ok(error.message.includes(said));
    assert.deepEqual(
      [error.status, error.statusReason, error.reason, error.help, error.object],
      [code, 'R', reason, help, 'service/default/web'],
    );
    assert.equal(error.outcomeUnknown, false);
  }
  assert.equal(received.length, cases.length, 'none of them is tried again');
});

test('a missing permission is named as RBAC names it', async (t) => {
  const { api } = await standIn(t, status(403, 'User "ops" cannot list resource "nodes" in …'));
  const list = await failure(api.list('/api/v1/nodes'));
  assert.match(list.message, /\(needs: list nodes\)$/);
  const patch = await failure(api.patch(`${SERVICE}/status`, []));
  assert.match(patch.message, /\(needs: patch services\/status in namespace default\)$/);
});

test("401 names the kubeconfig's user", async (t) => {
  const { api, url } = await standIn(t, status(401, 'Unauthorized'));
  const error = await failure(api.get(SERVICE));
  assert.ok(error.message.endsWith(`(${url.origin} does not accept the kubeconfig's user ops)`));
});

test('no control character of the server reaches the message', async (t) => {
  const { api, warnings } = await standIn(
    t,
    inTurn(status(500, 'a\u001b[31mred\nline'), garbage('\u001b]0;title\u0007<html>', 502)),
  );
  for (let request = 0; request < 2; request++) {
    const { message } = await failure(api.get(SERVICE));
    assert.doesNotMatch(message, /[\u0000-\u001f\u007f]/);
    assert.match(message, /\\x1b/);
  }
  assert.deepEqual(warnings, []);
});

test('an answer that is no object is an error that shows its beginning', async (t) => {
  const answers = [
    '<html>Log in</html>',
    '',
    '"text"',
    'null',
    '[]',
    '{"items":',
    'a'.repeat(10e6),
  ];
  const { api } = await standIn(t, inTurn(...answers.map((answer) => garbage(answer))));
  for (const answer of answers) {
    const error = await failure(api.get(SERVICE));
    assert.equal(error.reason, 'bad-answer');
    assert.ok(error.message.includes(answer.slice(0, 100)));
    assert.ok(error.message.length < 300);
  }
});

test('a list without items is an error', async (t) => {
  const { api } = await standIn(t, json({ metadata: {}, items: 'many' }));
  assert.equal((await failure(api.list('/api/v1/services'))).reason, 'bad-answer');
});

test('headers without end are an error', async (t) => {
  const { api } = await standIn(t, json(WEB, 200, { 'X-Long': 'x'.repeat(100_000) }));
  const error = await failure(api.get(SERVICE));
  assert.equal(error.reason, 'unreachable');
  assert.match(error.message, /header/i);
});

for (const code of [429, 503]) {
  test(`${code} with Retry-After is tried again, three times in all, writes too`, async (t) => {
    const busy = status(code, 'come again', '', { 'Retry-After': '0' });
    const { api, received } = await standIn(t, inTurn(busy, busy, json(WEB), busy));
    assert.deepEqual(await api.patch(SERVICE, []), WEB);
    assert.equal(received.length, 3);
    assert.equal((await failure(api.patch(SERVICE, []))).status, code);
    assert.equal(received.length, 6);
  });
}

test('Retry-After is waited for', async (t) => {
  const busy = status(429, 'come again', '', { 'Retry-After': '1' });
  const { api, log } = await standIn(t, inTurn(busy, json(WEB)));
  const started = performance.now();
  await api.get(SERVICE);
  assert.ok(performance.now() - started >= 1000);
  assert.ok(log.includes('429: trying again in 1 s'));
});

test('503 without Retry-After is final', async (t) => {
  const { api, received } = await standIn(t, status(503, 'no'));
  assert.equal((await failure(api.get(SERVICE))).status, 503);
  assert.equal(received.length, 1);
});

test('a read that is reset is repeated once', async (t) => {
  const { api, received } = await standIn(t, inTurn(reset, json(WEB), reset, reset));
  assert.deepEqual(await api.get(SERVICE), WEB);
  const error = await failure(api.get(SERVICE));
  assert.equal(error.reason, 'unreachable');
  assert.equal(error.status, 0);
  assert.equal(received.length, 4);
});

test('a write that is reset is not repeated: its outcome is unknown', async (t) => {
  const { api, received } = await standIn(t, reset);
  const writes = [
    () => api.patch(SERVICE, []),
    () => api.create(SERVICE, {}),
    () => api.update(SERVICE, {}),
  ];
  for (const write of writes) {
    const error = await failure(write());
    assert.deepEqual([error.reason, error.outcomeUnknown], ['outcome-unknown', true]);
    assert.match(error.message, /it may have been carried out$/);
  }
  assert.equal(received.length, writes.length);
});

test('a server that does not answer in time is given up', async (t) => {
  const { api, url } = await standIn(t, hang, { timeout: 100 });
  const read = await failure(api.get(SERVICE));
  assert.equal(read.message, `get service default/web: ${url.origin}: no answer within 0.1 s`);
  assert.deepEqual([read.reason, read.help], ['unreachable', '--request-timeout 30s']);
  const write = await failure(api.patch(SERVICE, []));
  assert.equal(write.reason, 'outcome-unknown');
});

test('logging in takes as long as it takes', async (t) => {
  const { url } = await standIn(t, json(WEB));
  // The server has a second even on a busy machine.
  const authorize = () => sleep(1500, {});
  const api = createApi({ server: url, authorize, timeout: 1000, user: '', onWarning() {} });
  assert.deepEqual(await api.get(SERVICE), WEB);
});

test('an answer that stops half-way is given up too', async (t) => {
  const { api } = await standIn(
    t,
    (_, response) => {
      response.writeHead(200);
      response.write('{"kind":');
    },
    { timeout: 100 },
  );
  assert.equal((await failure(api.get(SERVICE))).reason, 'unreachable');
});

test('a server that is not there: nothing was sent, also of a write', async (t) => {
  const listener = createServer().listen(0, '127.0.0.1');
  t.after(() => listener.close());
  const cases = [
    { server: 'http://127.0.0.1:1', says: /connect ECONNREFUSED 127\.0\.0\.1:1$/ },
    { server: 'http://no-such-host.invalid', says: /getaddrinfo \w+ no-such-host\.invalid$/ },
    { server: 'http://localhost:1', says: /ECONNREFUSED/ },
  ];
  for (const { server, says } of cases) {
    const api = createApi({
      server: new URL(server),
      authorize: async () => ({}),
      timeout: 5000,
      user: '',
      onWarning() {},
    });
    const error = await failure(api.patch(SERVICE, []));
    assert.equal(error.reason, 'unreachable');
    assert.match(error.message, says);
  }
});

test("the server's warnings are told, each once", async (t) => {
  const warned = json(WEB, 200, { Warning: '299 - "spec.externalIPs is deprecated"' });
  const { api, warnings } = await standIn(t, warned);
  await api.get(SERVICE);
  await api.get(SERVICE);
  assert.deepEqual(warnings, ['spec.externalIPs is deprecated']);
});

test("a path of the server's URL comes before the API's", async (t) => {
  const { url, received } = await standIn(t, json(WEB));
  const server = new URL('/k8s/clusters/c-1/', url);
  const options = { authorize: async () => ({}), timeout: 0, user: '', onWarning() {} };
  await createApi({ server, ...options }).get('/version');
  assert.equal(received[0]?.url, '/k8s/clusters/c-1/version');
});
