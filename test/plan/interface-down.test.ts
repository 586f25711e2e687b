import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { mustNotBeDown } from '../../src/plan/interface-down.ts';
import { buildLink, buildNodeState, buildSnapshot, IP } from '../build-snapshot.ts';

const ip = parseIp(IP) as Ip;
const down = buildLink('ens34', [{ ip: '20.1.0.150', prefix: 24 }], { up: false });
const snapshot = buildSnapshot({}, [
  buildNodeState('k0'),
  buildNodeState('k2', { interfaces: [down] }),
]);

test('an interface that is down and would have been the place is named, with what helps', () => {
  for (const wanted of [{}, { node: 'k2' }]) {
    assert.throws(() => mustNotBeDown(snapshot, ip, wanted), {
      exitCode: 1,
      reason: 'interface-down',
      message: /^ens34 of k2, whose subnet 20\.1\.0\.0\/24 holds 20\.1\.0\.167, is down/,
      help: 'on k2: ip link set ens34 up',
    });
  }
});

test('interfaces of another node, of another subnet and those that are up do not matter', () => {
  mustNotBeDown(snapshot, ip, { node: 'k0' });
  mustNotBeDown(snapshot, parseIp('20.2.0.1') as Ip, { node: 'k2' });
  mustNotBeDown(buildSnapshot(), ip, {});
});
