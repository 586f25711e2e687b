import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ip, parseIp } from '../../../src/net/ip.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { answersFor } from '../../../src/net/routing/answers-for.ts';

const FOUR = '20.1.0.167';
const SIX = '2001:db8:1::167';

/** Whether the node answers on ens34 for an address that it has on `link`. */
function answers(text: string, link: string, sysctls: Record<string, string>, scope = 'global') {
  const ip = parseIp(text) as Ip;
  const prefix = ip.family === 4 ? 32 : 128;
  const node: NodeNetwork = {
    interfaces: ['lo', 'ens34'].map((name) => ({
      name,
      up: true,
      loopback: name === 'lo',
      addresses: name === link ? [{ ip, prefix, scope }] : [],
    })),
    routes: undefined,
    rules: undefined,
    sysctls: new Map(Object.entries(sysctls)),
    ipsets: new Map(),
  };
  return answersFor(ip, 'ens34', node);
}

const arpIgnore = (all: number, own: number) => ({
  'net.ipv4.conf.all.arp_ignore': `${all}`,
  'net.ipv4.conf.ens34.arp_ignore': `${own}`,
});
const proxyNdp = (value: number) => ({
  'net.ipv6.conf.all.proxy_ndp': `${value}`,
  'net.ipv6.conf.ens34.proxy_ndp': '0',
});

test('ARP is answered for every address of the node while arp_ignore is 0', () => {
  assert.equal(answers(FOUR, 'lo', arpIgnore(0, 0)), true);
  assert.equal(answers(FOUR, 'ens34', arpIgnore(0, 0)), true);
});

test('of arp_ignore the larger value holds, that of all or of the interface', () => {
  for (const sysctls of [arpIgnore(1, 0), arpIgnore(0, 1), arpIgnore(2, 1)]) {
    assert.equal(answers(FOUR, 'lo', sysctls), false);
    assert.equal(answers(FOUR, 'ens34', sysctls), true);
  }
});

test('3 keeps silent about addresses of the host alone, 8 about all', () => {
  assert.equal(answers(FOUR, 'lo', arpIgnore(3, 0)), true);
  assert.equal(answers(FOUR, 'lo', arpIgnore(3, 0), 'host'), false);
  assert.equal(answers(FOUR, 'ens34', arpIgnore(8, 0)), false);
});

test('without the setting it is known only of the interface’s own address', () => {
  assert.equal(answers(FOUR, 'lo', {}), undefined);
  assert.equal(answers(FOUR, 'ens34', {}), true);
});

test('NDP is answered for the interface’s own addresses, unless it may be a proxy', () => {
  assert.equal(answers(SIX, 'ens34', proxyNdp(0)), true);
  assert.equal(answers(SIX, 'lo', proxyNdp(0)), false);
  assert.equal(answers(SIX, 'lo', proxyNdp(1)), undefined);
  assert.equal(answers(SIX, 'lo', {}), undefined);
});
