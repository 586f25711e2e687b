import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/cluster/api.ts';
import { ConflictError, patchService, readService } from '../../src/cluster/services.ts';
import { FailedError } from '../../src/errors.ts';
import { type Behaviour, json, standIn, status } from './stand-in-server.ts';

const WEB = { namespace: 'default', name: 'web' };

function service(name: string, resourceVersion = '1', namespace = 'default') {
  return { metadata: { name, namespace, resourceVersion }, spec: {} };
}

/** A cluster with these Services, as far as reading goes. */
function cluster(...services: ReturnType<typeof service>[]): Behaviour {
  return (request, response) => {
    const [, namespace, name] =
      /^\/api\/v1(?:\/namespaces\/([^/?]+))?\/services(?:\/([^/?]+))?/.exec(request.url) ?? [];
    const items = services.filter(
      ({ metadata }) =>
        (namespace ?? metadata.namespace) === metadata.namespace &&
        (name ?? metadata.name) === metadata.name,
    );
    if (name === undefined) json({ metadata: {}, items })(request, response);
    else if (items[0]) json(items[0])(request, response);
    else status(404, `services "${name}" not found`, 'NotFound')(request, response);
  };
}

const test1 = (value: unknown) => ({
  op: 'test' as const,
  path: '/metadata/resourceVersion',
  value,
});

test('a Service that is there', async (t) => {
  const { api } = await standIn(t, cluster(service('web')));
  assert.deepEqual(await readService(api, WEB), service('web'));
});

test('one that is not: what may have been meant', async (t) => {
  const { api } = await standIn(
    t,
    cluster(service('webserver'), service('web', '1', 'shop'), service('web', '1', 'blog')),
  );
  const cases = [
    { ref: { namespace: 'default', name: 'webservr' }, help: 'did you mean webserver?' },
    { ref: WEB, help: 'there is one in another namespace: -n shop, -n blog' },
    { ref: { namespace: 'default', name: 'mail' }, help: 'kubectl get services -n default' },
  ];
  for (const { ref, help } of cases) {
    await assert.rejects(readService(api, ref), (error) => {
      assert.ok(error instanceof FailedError);
      assert.equal(error.reason, 'service-not-found');
      assert.equal(error.message, `there is no service default/${ref.name}`);
      assert.equal(error.help, help);
      return true;
    });
  }
});

test('the same where looking around is forbidden', async (t) => {
  const { api } = await standIn(t, (request, response) => {
    const code = request.url.includes('services/web') ? 404 : 403;
    status(code, 'no')(request, response);
  });
  await assert.rejects(readService(api, WEB), { help: 'kubectl get services -n default' });
});

for (const code of [409, 422]) {
  test(`${code} after somebody else's change is a conflict, with the object as it is now`, async (t) => {
    const { api } = await standIn(t, (request, response) => {
      const answer = request.method === 'PATCH' ? status(code, 'no') : json(service('web', '8'));
      answer(request, response);
    });
    await assert.rejects(patchService(api, WEB, [test1('7')]), (error) => {
      assert.ok(error instanceof ConflictError);
      assert.deepEqual(error.fresh, service('web', '8'));
      return true;
    });
    await assert.rejects(patchService(api, WEB, [test1('8')]), (error) => {
      assert.ok(error instanceof ApiError, 'unchanged: the refusal itself');
      assert.equal(error.status, code);
      return true;
    });
  });
}

test('a refusal by admission is shown as it is', async (t) => {
  const said = 'services "web" is forbidden: Use of external IPs is denied by admission control';
  const { api, received } = await standIn(t, status(403, said));
  await assert.rejects(patchService(api, WEB, [test1('7')]), {
    message: `patch service default/web: 403 Forbidden: ${said}`,
    reason: 'denied',
  });
  assert.equal(received.length, 1);
});

test('a Service that was deleted in the meantime', async (t) => {
  const { api } = await standIn(t, (request, response) => {
    const answer = request.method === 'PATCH' ? status(409, 'gone') : cluster();
    answer(request, response);
  });
  await assert.rejects(patchService(api, WEB, [test1('7')]), { reason: 'service-not-found' });
});
