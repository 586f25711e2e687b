import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineNaming } from '../../src/explain/line-naming.ts';
import { ip } from '../net/netfilter/packets.ts';

const DUMP = Buffer.from(`*nat
-A X -d 110.22.0.0/32
-A X -d 10.22.0.0/32
-A X -d 10.22.0.01
-A X -s 172.16.0.0/12 -d 0.0.0.0/0 -m comment --comment a-b/c
-A X ! -d 198.51.100.0/24
-A X -m iprange --src-range 192.0.2.1-192.0.2.9 --dst-range 192.0.2.20-192.0.2.30
ip6 daddr { 2001:db8::/64, fd00::1-fd00::9 }
`);

const CASES: [address: string, line: number | null][] = [
  ['10.22.0.0', 3],
  ['110.22.0.0', 2],
  ['0.22.0.0', null],
  ['192.0.2.1', 7],
  ['192.0.2.2', null],
  ['192.0.2.25', 7],
  ['172.16.0.1', null],
  ['198.51.100.7', 6],
  ['2001:db8::7', 8],
  ['fd00::5', 8],
];

for (const [address, line] of CASES) {
  test(`${address}: line ${line}`, () => assert.equal(lineNaming(DUMP, ip(address)), line));
}
