import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { mustBeServable } from '../../src/plan/servable.ts';
import { buildService, IP } from '../build-snapshot.ts';

const SIX = '2001:db8::1';

const REFUSED: [spec: Parameters<typeof buildService>[1], ip: string, message: RegExp][] = [
  [{ type: 'ExternalName' }, IP, /is of type ExternalName/],
  [{ clusterIP: 'None' }, IP, /is headless/],
  [{ ports: [] }, IP, /has no ports/],
  [{}, SIX, /serves IPv4 only: 2001:db8::1 would be ignored/],
  [{ ipFamilies: ['IPv6'] }, IP, /serves IPv6 only/],
];

for (const [spec, ip, message] of REFUSED) {
  test(`refused: ${JSON.stringify(spec)} on ${ip}`, () => {
    assert.throws(() => mustBeServable(buildService({}, spec), parseIp(ip) as Ip), {
      exitCode: 7,
      reason: 'not-servable',
      object: 'service/default/svc-test-1',
      message,
    });
  });
}

test('a Service is served on addresses of its families', () => {
  mustBeServable(buildService(), parseIp(IP) as Ip);
  const both = buildService({}, { ipFamilies: ['IPv4', 'IPv6'] });
  for (const ip of [IP, SIX]) mustBeServable(both, parseIp(ip) as Ip);
  // Before dual stack the API had no families.
  mustBeServable(buildService({}, { ipFamilies: undefined }), parseIp(SIX) as Ip);
});
