import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cidrsOf, rangeSet } from '../../src/calico/range-set.ts';
import {
  fromValue,
  type IpRange,
  inRange,
  overlap,
  parseCidr,
  parseRange,
} from '../../src/net/ip.ts';

function range(text: string): IpRange {
  const parsed = parseRange(text);
  assert.ok(parsed, text);
  return parsed;
}

const value = fc.oneof(
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: (1n << 32n) - 20n, max: (1n << 32n) - 1n }),
);
const ranges = fc.array(
  fc.tuple(value, value).map(([a, b]): IpRange => {
    const [first, last] = a < b ? [a, b] : [b, a];
    return { first: fromValue(4, first), last: fromValue(4, last) };
  }),
  { maxLength: 8 },
);

describe('ranges as a set', () => {
  it('are joined where they touch', () => {
    const set = rangeSet(['10.0.0.4-10.0.0.9', '10.0.0.0/30', '10.0.0.8', '10.0.0.11'].map(range));
    assert.deepEqual(
      set.ranges.map(({ first, last }) => `${first.text}-${last.text}`),
      ['10.0.0.0-10.0.0.9', '10.0.0.11-10.0.0.11'],
    );
  });

  it('keep the families apart', () => {
    const set = rangeSet([range('0.0.0.0/0'), range('2001:db8::/32')]);
    assert.equal(set.has(fromValue(6, 5n)), false);
    assert.equal(set.has(range('2001:db8::1').first), true);
    assert.equal(set.ranges.length, 2);
  });

  it('have what one of them has', () => {
    fc.assert(
      fc.property(ranges, value, (some, at) => {
        const ip = fromValue(4, at);
        assert.equal(
          rangeSet(some).has(ip),
          some.some((one) => inRange(one, ip)),
        );
      }),
    );
  });
});

describe('a range as CIDRs', () => {
  it('is the fewest', () => {
    assert.deepEqual(cidrsOf(range('10.0.0.1-10.0.0.6')), [
      '10.0.0.1/32',
      '10.0.0.2/31',
      '10.0.0.4/31',
      '10.0.0.6/32',
    ]);
    assert.deepEqual(cidrsOf(range('0.0.0.0-255.255.255.255')), ['0.0.0.0/0']);
    assert.deepEqual(cidrsOf(range('2001:db8::-2001:db8::1')), ['2001:db8::/127']);
  });

  it('has exactly its addresses', () => {
    fc.assert(
      fc.property(ranges, (some) => {
        for (const one of some) {
          const cidrs = cidrsOf(one).map((text) => parseCidr(text) as IpRange);
          assert.deepEqual(rangeSet(cidrs).ranges, [{ first: one.first, last: one.last }]);
          for (const [index, cidr] of cidrs.entries()) {
            assert.ok(cidrs.every((other, at) => at === index || !overlap(cidr, other)));
          }
        }
      }),
    );
  });
});
