import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressArgument, rangeArgument } from '../../src/plan/address-argument.ts';

test('an address and a range are what they say', () => {
  assert.equal(addressArgument('2001:DB8::1').text, '2001:db8::1');
  assert.equal(addressArgument('10.22.0.0').text, '10.22.0.0');
  assert.equal(rangeArgument('192.0.2.0/28', 'lab').last.text, '192.0.2.15');
});

const REFUSED: [text: string, message: RegExp][] = [
  ['', /^'' is not an IP address/],
  ['20.1.0.300', /not an IP address/],
  ['020.1.0.167', /not an IP address/],
  ['0.0.0.0', /unspecified/],
  ['127.0.0.1', /loopback/],
  ['169.254.1.1', /link-local/],
  ['224.0.0.5', /multicast/],
  ['255.255.255.255', /broadcast/],
  ['::', /unspecified/],
  ['::1', /loopback/],
  ['fe80::1', /link-local/],
  ['ff02::1', /multicast/],
  ['::ffff:20.1.0.167', /IPv4 address written as IPv6/],
];

for (const [text, message] of REFUSED) {
  test(`'${text}' cannot be an external IP, nor a pool`, () => {
    const usage = { name: 'UsageError', exitCode: 2 };
    assert.throws(() => addressArgument(text), { ...usage, reason: 'invalid-address', message });
    assert.throws(() => rangeArgument(text, 'lab'), usage);
  });
}

test('an address with a prefix: the help says how it is meant', () => {
  assert.throws(() => addressArgument('20.1.0.167/32'), { help: /without a prefix/ });
});

test('a pool is refused for any address in it that cannot be an external IP', () => {
  for (const pool of ['0.0.0.0/0', '126.0.0.0-128.0.0.0', '::/0', '223.255.255.0-224.0.0.0']) {
    assert.throws(() => rangeArgument(pool, 'lab'), {
      reason: 'invalid-address',
      message: / holds (an?|the) /,
    });
  }
  assert.throws(() => rangeArgument('no-such-pool', 'lab'), {
    reason: 'invalid-pool',
    message: / nor a pool that the configuration has for cluster lab$/,
    help: /192\.0\.2\.0\/28/,
  });
});
