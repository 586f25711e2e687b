import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Right } from '../../src/calico/rights.ts';
import { missingRights } from '../../src/cluster/access-review.ts';
import { json, standIn, status } from './stand-in-server.ts';

const CREATE: Right = { verb: 'create', resource: 'hostendpoints' };
const DELETE: Right = { verb: 'delete', resource: 'tier.globalnetworkpolicies', name: 'default.*' };

test('the API is asked for each right, and those that it denies are missing', async (t) => {
  const { api, received } = await standIn(t, (request, response) =>
    json({ status: { allowed: !request.body.includes('"delete"') } })(request, response),
  );
  assert.deepEqual(await missingRights(api, [CREATE, DELETE]), [DELETE]);
  const [first, second] = received.map(({ body }) => JSON.parse(body).spec.resourceAttributes);
  assert.deepEqual(first, {
    group: 'projectcalico.org',
    resource: 'hostendpoints',
    verb: 'create',
  });
  assert.equal(second.name, 'default.*');
});

test('none is missing where the API does not let us ask: the write itself will tell', async (t) => {
  const { api } = await standIn(t, status(403, 'User "u" cannot create resource …'));
  assert.deepEqual(await missingRights(api, [CREATE]), []);
});

test('an API that fails is no answer', async (t) => {
  const { api } = await standIn(t, status(500, 'etcdserver: no leader'));
  await assert.rejects(missingRights(api, [CREATE]), { status: 500 });
});
