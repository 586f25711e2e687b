import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listAssignments } from '../../src/list/assignments.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import type { Plan } from '../../src/plan/action.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';
import type { Snapshot } from '../../src/snapshot/model.ts';
import { externalIPs } from '../../src/snapshot/queries.ts';
import { buildNodeState, buildService, buildSnapshot, IP } from '../build-snapshot.ts';
import { assign, essence, mustBeAccounted, release, worldAfterSteps } from './world.ts';

const WEB = 'svc-test-1';
const ip = parseIp(IP) as Ip;
const onHost = { extra: [{ ip: IP, prefix: 24, flags: ['secondary'] }] };
const onK0 = { node: 'k0' };

const secure = (spec: Partial<Service['spec']> = {}) =>
  buildService(
    { name: 'secure' },
    { clusterIP: '10.111.30.202', ports: [{ port: 443, protocol: 'TCP' }], ...spec },
  );

function world(service: Partial<Service['spec']>, k0: Parameters<typeof buildNodeState>[1] = {}) {
  const services = [buildService({}, service), secure()];
  return buildSnapshot({ services }, [buildNodeState('k0', k0), buildNodeState('k2')]);
}

/** The other Service has the address already, on its own port. */
function shared(): Snapshot {
  const before = world({});
  return worldAfterSteps(before, assign(before, 'secure', ip, onK0));
}

/** The Service has two further addresses from extip. */
function several(): Snapshot {
  return ['20.1.0.168', '20.1.0.169'].reduce((before, text) => {
    return worldAfterSteps(before, assign(before, WEB, parseIp(text) as Ip, onK0));
  }, world({}));
}

const WORLDS: [name: string, initial: Snapshot][] = [
  ['nothing is there before', world({})],
  ['the Service had the address before', world({ externalIPs: ['20.1.0.9', IP] })],
  ['the Service had another address before', world({ externalIPs: ['20.1.0.9'] })],
  ['the node had the address before', world({}, onHost)],
  ['Service and node had the address before', world({ externalIPs: [IP] }, onHost)],
  ['another Service shares the address', shared()],
  ['the Service has other addresses from extip', several()],
];

function isServed(state: Snapshot): boolean {
  const item = listAssignments(state).find((one) => one.service === WEB && one.ip === IP);
  return item?.state === 'assigned' && item.problems.length === 0;
}

/** Every state in which a run that dies may leave the world: after each of its steps. */
function crashes(before: Snapshot, plan: Plan): [after: string, state: Snapshot][] {
  return plan.steps.map(({ id }, index) => [id, worldAfterSteps(before, plan, index + 1)]);
}

for (const [name, initial] of WORLDS) {
  test(`assign where ${name}: all is served, and the second time there is nothing to do`, () => {
    const after = worldAfterSteps(initial, assign(initial, WEB, ip, onK0));
    assert.ok(isServed(after));
    assert.deepEqual(assign(after, WEB, ip).steps, []);
    mustBeAccounted(initial, after);
  });

  test(`release where ${name}: all is as it was, and the second time nothing of ours is left`, () => {
    const assigned = worldAfterSteps(initial, assign(initial, WEB, ip, onK0));
    const after = worldAfterSteps(assigned, release(assigned, WEB, ip));
    assert.deepEqual(essence(after), essence(initial));
    const [service] = after.cluster.services;
    if (service && externalIPs(service).includes(IP)) {
      assert.throws(() => release(after, WEB, ip), { reason: 'unmanaged' });
    } else assert.deepEqual(release(after, WEB, ip).steps, []);
  });

  test(`assign dies where ${name}: the same command completes it, its opposite undoes it`, () => {
    for (const [step, state] of crashes(initial, assign(initial, WEB, ip, onK0))) {
      mustBeAccounted(initial, state);
      const again = worldAfterSteps(state, assign(state, WEB, ip, onK0));
      assert.ok(isServed(again), `again after ${step}`);
      const undone = worldAfterSteps(state, release(state, WEB, ip));
      assert.deepEqual(essence(undone), essence(initial), `undone after ${step}`);
    }
  });

  test(`release dies where ${name}: the same command completes it, its opposite restores it`, () => {
    const assigned = worldAfterSteps(initial, assign(initial, WEB, ip, onK0));
    for (const [step, state] of crashes(assigned, release(assigned, WEB, ip))) {
      mustBeAccounted(initial, state);
      // After the last step it is released: of an address that stays there is nothing to release.
      if (step !== 'forget-service') {
        const again = worldAfterSteps(state, release(state, WEB, ip));
        assert.deepEqual(essence(again), essence(initial), `again after ${step}`);
      }
      const restored = worldAfterSteps(state, assign(state, WEB, ip, onK0));
      assert.ok(isServed(restored), `restored after ${step}`);
      const released = worldAfterSteps(restored, release(restored, WEB, ip));
      assert.deepEqual(essence(released), essence(initial), `released after ${step}`);
    }
  });
}
