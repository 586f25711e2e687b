import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRange } from '../../src/net/ip.ts';
import { freeAddresses } from '../../src/plan/free-addresses.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import {
  buildAssigned,
  buildAssignment,
  buildLink,
  buildNodeState,
  buildRecord,
  buildService,
  buildSnapshot,
  buildUnread,
} from '../build-snapshot.ts';

function free(snapshot: Snapshot, pool: string[], count = 10): string[] {
  const ranges = pool.flatMap((text) => parseRange(text) ?? []);
  const found: string[] = [];
  for (const { text } of freeAddresses(snapshot, ranges)) {
    if (found.push(text) === count) break;
  }
  return found;
}

test('the addresses of a pool come in order, range by range', () => {
  assert.deepEqual(free(buildSnapshot(), ['192.0.2.9-192.0.2.10', '192.0.2.1']), [
    '192.0.2.9',
    '192.0.2.10',
    '192.0.2.1',
  ]);
});

test('what anything in the cluster uses is left out', () => {
  const services = [
    buildService({}, { clusterIP: '20.1.0.1', clusterIPs: ['20.1.0.1', '20.1.0.2'] }),
    buildService({ name: 'b' }, { externalIPs: ['20.1.0.3'] }),
    {
      ...buildService({ name: 'c' }),
      status: { loadBalancer: { ingress: [{ ip: '20.1.0.4' }] } },
    },
    buildAssigned([buildAssignment({ ip: '20.1.0.11', phase: 'assigning' })], { name: 'd' }, {}),
  ];
  const nodes = [
    buildNodeState('k0', {
      extra: [{ ip: '20.1.0.5' }],
      records: [buildRecord({ ip: '20.1.0.6' })],
      damagedRecords: [{ file: '20.1.0.12.json', reason: 'is not JSON' }],
    }),
    buildUnread('k2'),
  ];
  const ranges = [{ kind: 'pool' as const, cidr: '20.1.0.8-20.1.0.9', owner: 'MetalLB' }];
  const apiServerAddresses = ['20.1.0.7'];
  const snapshot = buildSnapshot({ services, apiServerAddresses, ranges }, nodes);
  assert.deepEqual(free(snapshot, ['20.1.0.1-20.1.0.13']), ['20.1.0.10', '20.1.0.13']);
  assert.deepEqual(free(buildSnapshot(), ['10.1.0.178-10.1.0.181']), ['10.1.0.178', '10.1.0.181']);
});

function onLink(address: { ip: string; prefix: number }): Snapshot {
  const interfaces = [buildLink('eth0', [address])];
  return buildSnapshot({}, [buildNodeState('k0', { interfaces })]);
}

const KEPT: [subnet: { ip: string; prefix: number }, pool: string, free: string[]][] = [
  [{ ip: '192.0.2.2', prefix: 29 }, '192.0.2.0/29', ['1', '3', '4', '5', '6']],
  [{ ip: '192.0.2.2', prefix: 24 }, '192.0.2.0/30', ['1', '3']],
  [{ ip: '192.0.2.2', prefix: 31 }, '192.0.2.2/31', ['3']],
  [{ ip: '192.0.2.2', prefix: 32 }, '192.0.2.0/30', ['0', '1', '3']],
];

for (const [{ ip, prefix }, pool, last] of KEPT) {
  test(`of ${pool}, on a node with ${ip}/${prefix}, are free: ${last.map((n) => `.${n}`)}`, () => {
    assert.deepEqual(
      free(onLink({ ip, prefix }), [pool]),
      last.map((n) => `192.0.2.${n}`),
    );
  });
}

test("an IPv6 subnet's first address is its routers' anycast address", () => {
  const pool = ['2001:db8::/64'];
  assert.deepEqual(free(onLink({ ip: '2001:db8::2', prefix: 64 }), pool, 2), [
    '2001:db8::1',
    '2001:db8::3',
  ]);
  assert.deepEqual(free(onLink({ ip: '2001:db8::1', prefix: 127 }), pool, 1), ['2001:db8::']);
});

test('a pool as large as IPv6 has them is taken from without an end', () => {
  const ranges = [
    { kind: 'pod' as const, cidr: '2001:db8::/65', owner: 'Node k0' },
    { kind: 'pool' as const, cidr: '2001:db8::8000:0:0:0/65', owner: 'MetalLB' },
  ];
  assert.deepEqual(free(buildSnapshot({ ranges }), ['2001:db8::/64']), []);
  assert.deepEqual(free(buildSnapshot({ ranges }), ['2001:db8::/63'], 1), ['2001:db8:0:1::']);
  const last = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
  assert.deepEqual(free(buildSnapshot(), [`${last}/128`]), [last]);
});
