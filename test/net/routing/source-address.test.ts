import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../../src/net/ip.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { sourceAddress } from '../../../src/net/routing/source-address.ts';

const ip = (text: string) => parseIp(text) as Ip;

function device(name: string, ...addresses: string[]) {
  return {
    name,
    up: true,
    loopback: name === 'lo',
    addresses: addresses.map((text) => {
      const [address = '', prefix = '', scope = 'global'] = text.split(/[/ ]/);
      return { ip: ip(address), prefix: Number(prefix), scope };
    }),
  };
}

const node: NodeNetwork = {
  interfaces: [
    device('lo', '127.0.0.1/8 host', '198.51.100.11/32', '::1/128 host', '2001:db8:51::11/128'),
    device('up0', '10.1.0.1/24', '10.9.0.1/24', '2001:db8:51::10/128', 'fd00:1::1/64'),
    device('br0', '10.0.2.1/24', 'fd00:a:2::1/64', 'fe80::b/64 link'),
    device('cali1'),
  ],
  routes: undefined,
  rules: undefined,
  sysctls: new Map(),
  ipsets: new Map(),
};

/** As Linux 6.18 chose when packets were masqueraded to there. */
const cases: [by: string, towards: string, source: string][] = [
  ['up0', '10.1.0.2', '10.1.0.1'],
  ['up0', '10.9.0.2', '10.9.0.1'],
  ['up0', '192.0.2.1', '10.1.0.1'],
  ['cali1', '10.0.1.11', '198.51.100.11'],
  ['lo', '127.0.0.1', '198.51.100.11'],
  ['up0', 'fd00:20::10', 'fd00:1::1'],
  ['up0', '2001:db8:113::9', '2001:db8:51::10'],
  ['cali1', 'fd00:a:1::12', 'fd00:a:2::1'],
  ['br0', 'fd00:a:2::13', 'fd00:a:2::1'],
  ['lo', '::1', '::1'],
];

for (const [by, towards, source] of cases) {
  test(`to ${towards} by ${by}: from ${source}`, () => {
    assert.equal(sourceAddress(by, ip(towards), node)?.text, source);
  });
}
