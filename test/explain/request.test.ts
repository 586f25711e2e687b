import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { type ExplainFlags, readRequest } from '../../src/explain/request.ts';

function request(flags: Partial<ExplainFlags>) {
  const all = { to: '192.0.2.1:80', from: '203.0.113.9', protocol: 'tcp' as const, local: [] };
  return readRequest({ ...all, ...flags }, new Map());
}

const REFUSED: [flags: Partial<ExplainFlags>, message: string][] = [
  [{ to: '192.0.2.1' }, "--to: '192.0.2.1' is not ADDRESS:PORT"],
  [{ to: '192.0.2.256:80' }, "--to: '192.0.2.256:80' is not ADDRESS:PORT"],
  [{ to: '192.0.2.1:0' }, "--to: '192.0.2.1:0' is not ADDRESS:PORT"],
  [{ to: '192.0.2.1:65536' }, "--to: '192.0.2.1:65536' is not ADDRESS:PORT"],
  [{ to: '2001:db8::1:80' }, "--to: '2001:db8::1:80' is not ADDRESS:PORT"],
  [{ to: '[192.0.2.1]:80' }, "--to: '[192.0.2.1]:80' is not ADDRESS:PORT"],
  [{ to: '192.0.2.1:80', protocol: 'icmp' }, "--to: '192.0.2.1:80' is no IP address"],
  [{ from: 'client' }, "--from: 'client' is no IP address"],
  [{ from: '2001:db8::9' }, '--from 2001:db8::9 and --to 192.0.2.1 are not of one family'],
  [{ local: ['192.0.2.1', 'eth0'] }, "--local: 'eth0' is no IP address"],
  [{ inInterface: 'a/b' }, "--in-interface: 'a/b' is no name of an interface"],
];

for (const [flags, message] of REFUSED) {
  test(message, () => {
    assert.throws(
      () => request(flags),
      (error) => error instanceof UsageError && error.message === message,
    );
  });
}

test('an IPv6 address has brackets before its port', () => {
  const { packet } = request({ to: '[2001:db8::1]:80', from: '2001:db8::9' }).asked;
  assert.deepEqual([packet.destination.text, packet.destinationPort], ['2001:db8::1', 80]);
});

test('icmp has no ports, and is icmpv6 to an IPv6 address', () => {
  const { packet } = request({ to: '2001:db8::1', from: '2001:db8::9', protocol: 'icmp' }).asked;
  assert.deepEqual(
    [packet.protocol, packet.sourcePort, packet.destinationPort],
    ['icmpv6', null, null],
  );
});

const ORIGINS: [from: string, local: string[], origin: string][] = [
  ['203.0.113.9', [], 'external'],
  ['203.0.113.9', ['192.0.2.1'], 'external'],
  ['192.0.2.1', ['192.0.2.1'], 'node'],
  ['127.0.0.1', [], 'node'],
];

for (const [from, local, origin] of ORIGINS) {
  test(`from ${from} with --local ${local.join(', ') || 'not given'}: ${origin}`, () => {
    assert.equal(request({ from, local }).asked.origin, origin);
  });
}

test('without --local the addresses of the node are not known', () => {
  assert.equal(request({}).node.interfaces, undefined);
});
