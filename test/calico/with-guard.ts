import assert from 'node:assert/strict';
import { afterChanges } from '../../src/calico/after-changes.ts';
import { coveredInterfaces, placeOf } from '../../src/calico/covered.ts';
import { guardChanges } from '../../src/calico/guard-changes.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import type { Ip } from '../../src/net/ip.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';

/** The objects with a guard of k0's ens34 for port 80 of the address in them. */
export function withGuard(
  snapshot: Snapshot,
  objects: CalicoObjects,
  ip: Ip,
  { order = null }: { order?: number | null } = {},
): CalicoObjects {
  const ports = [{ port: 80, protocol: 'TCP' }];
  const sources = ip.family === 4 ? ['20.1.0.165/32'] : ['2001:db8::165/128'];
  const covered = coveredInterfaces(snapshot, ip, { node: 'k0', interface: 'ens34' });
  const { changes, unknown } = guardChanges(objects, {
    ip,
    services: [{ key: 'default/svc-test-1', ports, sources }],
    order,
    places: covered.map((place) => placeOf(snapshot, place)),
    nodes: new Set(Object.keys(snapshot.nodes)),
  });
  assert.deepEqual(unknown, []);
  return afterChanges(objects, changes);
}
