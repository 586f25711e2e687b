import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  describeTarget,
  objectOf,
  parsePath,
  queryString,
  resourcePath,
} from '../../src/cluster/paths.ts';
import { UsageError } from '../../src/errors.ts';

test('paths, and what messages call them', () => {
  const cases = [
    {
      path: resourcePath('v1', 'services', { namespace: 'default', name: 'web' }),
      is: '/api/v1/namespaces/default/services/web',
      says: 'service default/web',
    },
    {
      path: resourcePath('v1', 'services', { namespace: 'default' }),
      is: '/api/v1/namespaces/default/services',
      says: 'services in namespace default',
    },
    { path: resourcePath('v1', 'services'), is: '/api/v1/services', says: 'services' },
    {
      path: resourcePath('v1', 'namespaces', { name: 'kube-system' }),
      is: '/api/v1/namespaces/kube-system',
      says: 'namespace kube-system',
    },
    {
      path: resourcePath('coordination.k8s.io/v1', 'leases', { namespace: 'a', name: 'b' }),
      is: '/apis/coordination.k8s.io/v1/namespaces/a/leases/b',
      says: 'lease a/b',
    },
    {
      path: resourcePath('projectcalico.org/v3', 'globalnetworkpolicies', { name: 'guard' }),
      is: '/apis/projectcalico.org/v3/globalnetworkpolicies/guard',
      says: 'globalnetworkpolicy guard',
    },
    { path: '/apis', is: '/apis', says: '/apis' },
  ];
  for (const { path, is, says } of cases) {
    assert.equal(path, is);
    assert.equal(describeTarget(parsePath(path)), says);
  }
});

test('a subresource is named as RBAC names it', () => {
  const target = parsePath('/api/v1/namespaces/default/services/web/status');
  assert.equal(target.resource, 'services/status');
  assert.equal(objectOf(target), 'service/default/web');
});

test('whatever the names are, the path leads to that object and to no other', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => s !== '.' && s !== '..');
  fc.assert(
    fc.property(name, name, (namespace, name) => {
      const path = resourcePath('v1', 'services', { namespace, name });
      assert.equal(new URL(path, 'http://host').pathname, path);
      assert.deepEqual(parsePath(path), { resource: 'services', namespace, name });
    }),
  );
});

test('names that a path would swallow are refused', () => {
  for (const name of ['', '.', '..']) {
    assert.throws(() => resourcePath('v1', 'services', { namespace: name }), UsageError);
    assert.throws(() => resourcePath('v1', 'services', { namespace: 'default', name }), UsageError);
  }
});

test('a query leaves out what is undefined', () => {
  assert.equal(queryString({}), '');
  assert.equal(
    queryString({ watch: true, limit: 500, continue: undefined }),
    '?watch=true&limit=500',
  );
});
