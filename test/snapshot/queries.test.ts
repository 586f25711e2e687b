import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answeringNodes,
  externalIPs,
  findService,
  holdersOf,
  isLive,
  outsideIPs,
  recordsOf,
} from '../../src/snapshot/queries.ts';
import { ASSIGNMENTS_ANNOTATION } from '../../src/snapshot/records.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';

test('a Service is found by namespace and name', () => {
  const web = buildService({ namespace: 'web' });
  const snapshot = buildSnapshot({ services: [buildService(), web] });
  assert.equal(findService(snapshot, { namespace: 'web', name: 'svc-test-1' }), web);
  assert.equal(findService(snapshot, { namespace: 'db', name: 'svc-test-1' }), null);
});

test('addresses are compared in their canonical form, and what is none is left out', () => {
  const externalIPsAsGiven = ['2001:DB8::1', 'localhost', '20.1.0.9'];
  const service = {
    ...buildService({}, { externalIPs: externalIPsAsGiven }),
    status: {
      loadBalancer: {
        ingress: [
          { ip: '20.1.0.10', ipMode: 'VIP' },
          { ip: '20.1.0.11', ipMode: 'Proxy' },
          { hostname: 'lb.example.org' },
        ],
      },
    },
  };
  assert.deepEqual(externalIPs(service), ['2001:db8::1', '20.1.0.9']);
  assert.deepEqual(outsideIPs(service), ['2001:db8::1', '20.1.0.9', '20.1.0.10']);
});

test('holders and records of an address, on the nodes that answered', () => {
  const snapshot = buildSnapshot({}, [
    buildNodeState('k2', { extra: [{ ip: IP, prefix: 24 }] }),
    buildNodeState('k0', { extra: [{ ip: IP }], records: [buildRecord()] }),
  ]);
  assert.deepEqual(holdersOf(snapshot, IP), [
    { node: 'k0', interface: 'ens34', prefix: 32 },
    { node: 'k2', interface: 'ens34', prefix: 24 },
  ]);
  assert.deepEqual(recordsOf(snapshot, IP), [{ node: 'k0', record: buildRecord() }]);
  assert.deepEqual(holdersOf(snapshot, '20.1.0.168'), []);
  assert.deepEqual(recordsOf(snapshot, '20.1.0.168'), []);
  const unread = buildSnapshot({}, [buildUnread('k0'), buildNodeState('k2')]);
  assert.deepEqual(
    answeringNodes(unread).map(({ name }) => name),
    ['k2'],
  );
});

test('a record is live while a Service of that uid names the node and the address', () => {
  const live = (service: ReturnType<typeof buildService>, uid = 'uid-svc-test-1') =>
    isLive(buildSnapshot({ services: [service] }), 'k0', IP, uid);
  assert.equal(live(buildAssigned([buildAssignment()])), true);
  assert.equal(live(buildAssigned([buildAssignment({ phase: 'releasing' })])), true);
  assert.equal(live(buildAssigned([buildAssignment()]), 'another'), false);
  assert.equal(live(buildAssigned([buildAssignment({ node: 'k2' })])), false);
  assert.equal(live(buildAssigned([buildAssignment({ ip: '20.1.0.168' })])), false);
  assert.equal(live(buildService()), false);
  // What cannot be read may well name it.
  assert.equal(live(buildService({ annotations: { [ASSIGNMENTS_ANNOTATION]: '?' } })), true);
});
