import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTunnels } from '../../../src/net/routing/read-tunnels.ts';

const ETH0 = { ifname: 'eth0', mtu: 1500, linkinfo: { info_kind: 'veth' } };

/** As iproute2 6.1 prints one. */
function vxlan(info_data: object) {
  return { ifname: 'flannel.1', mtu: 1450, linkinfo: { info_kind: 'vxlan', info_data } };
}

test('a VXLAN tunnel with the interface below it', () => {
  const links = [ETH0, vxlan({ id: 1, link: 'eth0', port: 8472 })];
  assert.deepEqual(readTunnels(JSON.stringify(links)), [
    { link: 'flannel.1', mtu: 1450, below: { link: 'eth0', mtu: 1500 } },
  ]);
});

for (const [what, text] of [
  ['a tunnel that goes by whatever route there is', JSON.stringify([ETH0, vxlan({ id: 1 })])],
  ['one whose interface is not listed', JSON.stringify([vxlan({ id: 1, link: 'eth9' })])],
  ['what is no list of links', '{'],
] as const) {
  test(`${what} says nothing`, () => assert.deepEqual(readTunnels(text), []));
}
