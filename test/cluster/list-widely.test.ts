import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listWidely } from '../../src/cluster/list-widely.ts';
import { json, standIn, status } from './stand-in-server.ts';

const FORBIDDEN = status(403, 'User "ops" cannot list resource "services"');
const everywhere = '/api/v1/services';
const shop = '/api/v1/namespaces/shop/services';

for (const [rights, readable] of [
  ['all namespaces', [everywhere, shop]],
  ['one namespace', [shop]],
] as const) {
  test(`with rights in ${rights}: which it was, and where a watch goes on`, async (t) => {
    const server = await standIn(t, (request, response) => {
      const [path = ''] = request.url.split('?');
      const list = {
        metadata: { resourceVersion: '7' },
        items: [{ metadata: { name: 'web' }, spec: {} }],
      };
      ((readable as readonly string[]).includes(path) ? json(list) : FORBIDDEN)(request, response);
    });
    const connection = { api: server.api, namespace: 'shop', clusterName: 'lab', serverHost: '' };
    const query = { labelSelector: 'app=web' };
    const { path, resourceVersion, items, unknown } = await listWidely(
      connection,
      'v1',
      'services',
      query,
    );
    assert.deepEqual([path, resourceVersion, items.length], [readable[0], '7', 1]);
    assert.deepEqual(
      unknown.map(({ reason }) => reason.replace(/:.*/, '')),
      readable[0] === everywhere ? [] : ['only namespace shop was read'],
    );
    for (const { url } of server.received) assert.match(url, /[?&]labelSelector=app%3Dweb(&|$)/);
  });
}
