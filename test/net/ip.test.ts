import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fromValue,
  type Ip,
  inRange,
  ipAfter,
  overlap,
  parseCidr,
  parseIp,
  parseRange,
} from '../../src/net/ip.ts';

const ip = fc.oneof(
  fc.bigInt(0n, (1n << 32n) - 1n).map((value) => fromValue(4, value)),
  fc.bigInt(0n, (1n << 128n) - 1n).map((value) => fromValue(6, value)),
  // Where zeros are shortened: a few groups that are not zero.
  fc
    .array(fc.constantFrom(0n, 0n, 0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
    .map((groups: bigint[]) =>
      fromValue(
        6,
        groups.reduce((sum, group) => (sum << 16n) | group, 0n),
      ),
    ),
);

const CANONICAL: [text: string, canonical: string][] = [
  ['20.1.0.167', '20.1.0.167'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
];

for (const [text, canonical] of CANONICAL) {
  test(`${text} is an address, written ${canonical}`, () => {
    assert.equal(parseIp(text)?.text, canonical);
  });
}

const NO_ADDRESS = [
  '',
  ' 20.1.0.167',
  '20.1.0.167 ',
  '20.1.0.167\n',
  '20.1.0',
  '20.1.0.256',
  '20.1.0.167.1',
  '020.1.0.167',
  '20.1.00.167',
  '0x14.1.0.167',
  '335609000',
  '20.1.0.167/32',
  '20.1.0.-1',
  '２０.1.0.167',
  'fe80::1%eth0',
  '[2001:db8::1]',
  '2001:db8::1::2',
  '2001:db8:::1',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  '::1.2.3',
  ':',
  'svc-test-1',
];

for (const text of NO_ADDRESS) {
  test(`${JSON.stringify(text)} is no address`, () => assert.equal(parseIp(text), null));
}

test('what is printed is read back as the same address', () => {
  fc.assert(fc.property(ip, (address) => assert.deepEqual(parseIp(address.text), address)));
});

test('nothing is an address that Node.js does not take for one of that family', () => {
  const alike = fc.string({ unit: fc.constantFrom(...'0123456789abcf:.%/ x'), maxLength: 20 });
  fc.assert(
    fc.property(fc.oneof(alike, fc.string()), (text) => {
      const parsed = parseIp(text);
      if (parsed?.family === 4) assert.ok(isIPv4(text));
      if (parsed?.family === 6) assert.ok(isIPv6(text));
    }),
    { numRuns: 2000 },
  );
});

test('every spelling of an IPv6 address is the same address', () => {
  const six = ip.filter(({ family }) => family === 6);
  fc.assert(
    fc.property(six, ({ value, text }) => {
      const groups = Array.from({ length: 8 }, (_, i) =>
        ((value >> BigInt(16 * (7 - i))) & 0xffffn).toString(16).padStart(4, '0'),
      );
      assert.equal(parseIp(groups.join(':').toUpperCase())?.text, text);
    }),
  );
});

const RANGES: [text: string, first: string, last: string][] = [
  ['192.0.2.0/28', '192.0.2.0', '192.0.2.15'],
  ['192.0.2.5/28', '192.0.2.0', '192.0.2.15'],
  ['192.0.2.5/32', '192.0.2.5', '192.0.2.5'],
  ['192.0.2.5', '192.0.2.5', '192.0.2.5'],
  ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['172.16.13.1-172.16.13.254', '172.16.13.1', '172.16.13.254'],
  ['172.16.13.1 - 172.16.13.254', '172.16.13.1', '172.16.13.254'],
  ['2001:db8::/64', '2001:db8::', '2001:db8::ffff:ffff:ffff:ffff'],
  ['::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['2001:db8::1-2001:db8::9', '2001:db8::1', '2001:db8::9'],
];

for (const [text, first, last] of RANGES) {
  test(`${text} is the range from ${first} to ${last}`, () => {
    const range = parseRange(text);
    assert.deepEqual([range?.first.text, range?.last.text], [first, last]);
  });
}

const NO_RANGE = [
  '',
  '-',
  '192.0.2.0/',
  '192.0.2.0/33',
  '192.0.2.0/028',
  '192.0.2.0/-1',
  '192.0.2.0/28/1',
  '192.0.2.0/255.255.255.0',
  '2001:db8::/129',
  '192.0.2.9-192.0.2.1',
  '192.0.2.1-',
  '-192.0.2.1',
  '192.0.2.1-192.0.2.2-192.0.2.3',
  '192.0.2.1-2001:db8::1',
  '192.0.2.1-9',
];

for (const text of NO_RANGE) {
  test(`${JSON.stringify(text)} is no range`, () => assert.equal(parseRange(text), null));
}

test('a CIDR holds the address it was made of, and as many as its prefix says', () => {
  fc.assert(
    fc.property(ip, fc.nat(128), (address, length) => {
      const bits = address.family === 4 ? 32 : 128;
      const prefix = length % (bits + 1);
      const cidr = parseCidr(`${address.text}/${prefix}`);
      assert.ok(cidr && inRange(cidr, address));
      assert.equal(cidr.last.value - cidr.first.value + 1n, 1n << BigInt(bits - prefix));
    }),
  );
});

test('addresses of different families are in no range of each other', () => {
  const all4 = { first: fromValue(4, 0n), last: fromValue(4, (1n << 32n) - 1n) };
  const six = fromValue(6, 1n);
  assert.equal(inRange(all4, six), false);
  assert.equal(overlap(all4, { first: six, last: six }), false);
});

test('ranges overlap exactly when an end of one is in the other', () => {
  const end = fc.bigInt(0n, 20n).map((value) => fromValue(4, value));
  const range = fc
    .tuple(end, end)
    .map(([a, b]) => (a.value < b.value ? { first: a, last: b } : { first: b, last: a }));
  fc.assert(
    fc.property(range, range, (a, b) => {
      const touching = inRange(a, b.first) || inRange(a, b.last) || inRange(b, a.first);
      assert.equal(overlap(a, b), touching);
    }),
  );
});

test('the next address is the next number, up to the last of the family', () => {
  const next = (text: string) => ipAfter(parseIp(text) as Ip)?.text;
  assert.equal(next('192.0.2.255'), '192.0.3.0');
  assert.equal(next('2001:db8::ffff'), '2001:db8::1:0');
  assert.equal(next('255.255.255.255'), undefined);
  assert.equal(next('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), undefined);
});
