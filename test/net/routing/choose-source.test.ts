import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSource } from '../../../src/net/routing/choose-source.ts';
import { readAddresses, readRoutes } from '../../../src/net/routing/read-ip-json.ts';
import { node } from '../netfilter/walk/nodes.ts';
import { ip } from '../netfilter/walk/tables.ts';

const address = (local: string) => ({ local, prefixlen: 64, scope: 'global' });
const { items: interfaces } = readAddresses(
  JSON.stringify([
    { ifname: 'up0', addr_info: [address('fd00:1::1')] },
    { ifname: 'up1', addr_info: [address('fd00:2::1')] },
  ]),
);
const { items: routes } = readRoutes(
  JSON.stringify([
    { dst: 'fd00:1::/64', dev: 'up0' },
    { dst: 'fd00:3::/64', dev: 'up0', prefsrc: 'fd00:1::1' },
  ]),
  6,
);
const on = { ...node(), interfaces, routes, rules: undefined };

const CASES: readonly [string, string, string | null | undefined, string | undefined][] = [
  ['by the interface that the route leads out by', 'fd00:1::9', null, 'fd00:1::1'],
  ['by another where that is asked for', 'fd00:1::9', 'up1', 'fd00:2::1'],
  ['which is not known', 'fd00:1::9', undefined, undefined],
  ['unless the route names an address', 'fd00:3::9', 'up1', 'fd00:1::1'],
  ['to itself', 'fd00:2::1', 'up0', 'fd00:2::1'],
];

for (const [name, destination, inbound, expected] of CASES) {
  test(`the node speaks ${name}: ${expected}`, () => {
    assert.equal(chooseSource(ip(destination), on, () => undefined, inbound)?.text, expected);
  });
}
