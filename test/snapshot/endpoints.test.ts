import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointsOf, hasReadyEndpoints } from '../../src/snapshot/endpoints.ts';
import { buildEndpointSlice, buildService, buildSnapshot } from '../build-snapshot.ts';

test('an endpoint is ready unless it says that it is not', () => {
  const ready = (conditions: object | undefined, name = 'svc-test-1') => {
    const slice = buildEndpointSlice({ metadata: { namespace: 'default', name } });
    const endpointSlices = [
      { ...slice, endpoints: [{ addresses: ['192.168.99.39'], conditions }] },
    ];
    return hasReadyEndpoints(buildSnapshot({ endpointSlices }), buildService());
  };
  assert.equal(ready({ ready: true }), true);
  assert.equal(ready(undefined), true);
  assert.equal(ready({ ready: false }), false);
  assert.equal(ready({ ready: true }, 'another'), false);
});

test('the endpoints of a Service are those of its slices, of its own namespace', () => {
  const slice = (namespace: string, address: string) => ({
    ...buildEndpointSlice({ metadata: { namespace, name: 'svc-test-1' } }),
    endpoints: [{ addresses: [address] }],
  });
  const endpointSlices = [
    slice('default', '192.168.99.39'),
    slice('other', '192.168.99.40'),
    slice('default', '192.168.99.41'),
  ];
  assert.deepEqual(
    endpointsOf(buildSnapshot({ endpointSlices }), buildService()).map((one) => one.addresses),
    [['192.168.99.39'], ['192.168.99.41']],
  );
});
