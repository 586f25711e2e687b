import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddresses } from '../../src/nodes/parse-addresses.ts';

/** As iproute2 6.1 prints a link. */
const ENS34 = {
  ifindex: 3,
  ifname: 'ens34',
  flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
  operstate: 'UP',
  link_type: 'ether',
  address: 'AA:bb:cc:00:00:01',
  addr_info: [
    { family: 'inet', local: '20.1.0.160', prefixlen: 24, scope: 'global', label: 'ens34' },
    { family: 'inet', local: '20.1.0.167', prefixlen: 32, scope: 'global', label: 'ens34:extip' },
    { family: 'inet6', local: 'fd00:0::1', prefixlen: 64, tentative: true, dadfailed: true },
  ],
};

/** The first address of a link that differs from ENS34's in this. */
function address(changes: object) {
  const addr_info = [{ ...ENS34.addr_info[0], ...changes }];
  return parseAddresses(JSON.stringify([{ ...ENS34, addr_info }]))[0]?.addresses[0];
}

test('a link with its addresses, in canonical form', () => {
  assert.deepEqual(parseAddresses(JSON.stringify([ENS34])), [
    {
      name: 'ens34',
      up: true,
      loopback: false,
      mac: 'aa:bb:cc:00:00:01',
      addresses: [
        { ip: '20.1.0.160', prefix: 24, label: 'ens34', flags: [] },
        { ip: '20.1.0.167', prefix: 32, label: 'ens34:extip', flags: [] },
        { ip: 'fd00::1', prefix: 64, label: null, flags: ['tentative', 'dadfailed'] },
      ],
    },
  ]);
});

test('a link without carrier is not up', () => {
  const [link] = parseAddresses(JSON.stringify([{ ...ENS34, flags: ['UP', 'NO-CARRIER'] }]));
  assert.equal(link?.up, false);
});

test('the MTU, where `ip` says it', () => {
  assert.equal(parseAddresses(JSON.stringify([{ ...ENS34, mtu: 9000 }]))[0]?.mtu, 9000);
});

test('a tunnel has no MAC, though it has an address', () => {
  const tunnel = { ...ENS34, link_type: 'ipip', address: '10.1.0.1' };
  assert.equal(parseAddresses(JSON.stringify([tunnel]))[0]?.mac, null);
});

test('empty objects of older releases, and other families, are left out', () => {
  const other = { ...ENS34, addr_info: [{ family: 'mpls', local: 'x', prefixlen: 1 }] };
  assert.deepEqual(parseAddresses(JSON.stringify([{}, other]))[0]?.addresses, []);
});

test('a label that is none is dropped: it would be shown', () => {
  assert.equal(address({ label: 'a\x1b[2J' })?.label, null);
});

test('what cannot be from iproute2 is an error, never half an answer', () => {
  for (const text of ['', 'null', '{}', '[1]', '[{"ifname":"a b","flags":[]}]', '[{"flags":[]}]']) {
    assert.throws(() => parseAddresses(text), text);
  }
  for (const changes of [
    { local: '20.1.0' },
    { local: 'fd00::1' },
    { prefixlen: 33 },
    { prefixlen: 1.5 },
    { prefixlen: -1 },
    { local: undefined },
  ]) {
    assert.throws(() => address(changes), /not an address/);
  }
});

test('garbage is an Error, nothing else', () => {
  const link = fc.record(
    {
      ifname: fc.oneof(fc.constant('eth0'), fc.string()),
      flags: fc.oneof(fc.constant([]), fc.anything()),
      address: fc.anything(),
      addr_info: fc.array(
        fc.record({
          family: fc.constantFrom('inet', 'inet6'),
          local: fc.anything(),
          prefixlen: fc.anything(),
        }),
      ),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(link).map((links) => JSON.stringify(links)),
  );
  fc.assert(
    fc.property(text, (given) => {
      try {
        for (const { name } of parseAddresses(given)) assert.match(name, /^[^\s/]{1,15}$/);
      } catch (error) {
        assert.equal((error as Error).constructor === Error || error instanceof SyntaxError, true);
      }
    }),
    { numRuns: 500 },
  );
});
