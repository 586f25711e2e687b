import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Packet, Tuple } from '../../../../src/net/netfilter/packet.ts';
import { unknownAddress } from '../../../../src/net/netfilter/unknown-address.ts';
import { ip } from '../packets.ts';
import { compile, outcome } from './answer.ts';
import { connection, NODE, packet, UNKNOWN_NODE } from './packets.ts';

// A packet from 203.0.113.9:40000 to 10.0.0.1:80, TCP, new, in by eth0, but for what a case changes.
type Case = [rule: string, expected: string, changes?: Partial<Packet>];

const TUPLE: Tuple = {
  protocol: 'tcp',
  source: ip('203.0.113.9'),
  sourcePort: 40000,
  destination: ip('10.0.0.1'),
  destinationPort: 80,
};
const REPLY: Tuple = {
  protocol: 'tcp',
  source: ip('10.244.0.7'),
  sourcePort: 8080,
  destination: ip('203.0.113.9'),
  destinationPort: 40000,
};

const SETS = `
  set lan { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.5 } }
  set ports { type inet_service; flags interval; elements = { 22, 80-90 comment "web" } }
  set recent { type ipv4_addr; flags dynamic,timeout; timeout 10s; elements = { 203.0.113.7 timeout 1m expires 9s } }
  map services {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 10.0.0.1 . tcp . 80 comment "ns1/svc1" : goto svc, 10.0.0.2 . tcp . 80 : drop }
  }
  map endpoints {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
    elements = { 10.0.0.1 . 80 : 10.244.0.7 . 8080 }
  }
  map jumps { type ifname : verdict; elements = { "cali1" : jump one, "cali2" : jump two } }`;

const CASES: Record<string, Case[]> = {
  'addresses and ports': [
    ['ip daddr 10.0.0.1 accept', 'accept'],
    ['ip daddr != 10.0.0.1 accept', 'no'],
    [
      'ip saddr 10.0.0.0/8 drop',
      'comes from 10.0.0.0-10.255.255.255? yes: drop | no: no',
      { source: unknownAddress(4) },
    ],
    ['ip saddr 203.0.113.0/24 drop', 'drop'],
    ['ip saddr 203.0.113.5-203.0.113.10 drop', 'drop'],
    ['ip saddr & 255.0.255.0 == 203.0.113.0 drop', 'drop'],
    ['ip6 daddr != ::1 drop', 'no'],
    ['tcp dport 80-90 accept', 'accept'],
    ['tcp dport >= 81 accept', 'no'],
    ['tcp dport { 22, 80 } accept', 'accept'],
    ['tcp dport != { 22, 80 } accept', 'no'],
    ['udp dport != 53 accept', 'no'],
    ['th dport 80 accept', 'accept'],
    ['@th,16,16 80 accept', 'accept'],
    ['ip protocol tcp meta l4proto { tcp, udp } accept', 'accept'],
    ['ip frag-off & 0x1fff != 0 drop', 'no'],
    ['@nh,48,16 & 0x2000 == 0 accept', 'accept'],
    ['ip frag-off 0x4000 drop', 'matches ip frag-off 16384? yes: drop | no: no'],
    [
      'tcp sport 1024-65535 drop',
      'has the source port 1024-65535? yes: drop | no: no',
      { sourcePort: undefined },
    ],
  ],
  'sets and maps': [
    ['ip daddr @lan accept', 'accept'],
    ['ip saddr != @lan accept', 'accept'],
    ['tcp dport @ports accept', 'accept'],
    ['ip daddr . meta l4proto . th dport vmap @services', 'goto svc'],
    ['ip daddr . meta l4proto . th dport vmap @services', 'no', { destinationPort: 81 }],
    ['ip daddr . tcp dport { 10.0.0.0/24 . 70-90, 10.1.0.1 . 80 } accept', 'accept'],
    ['ip saddr vmap { 10.0.0.0/8 : accept, * : drop }', 'drop'],
    ['ip saddr @recent drop', 'drop', { source: ip('203.0.113.7') }],
    ['ip saddr @recent drop', 'matches ip saddr @recent? yes: drop | no: no'],
    ['ip saddr @nowhere drop', 'matches ip saddr @nowhere? yes: drop | no: no'],
    [
      'update @recent { ip saddr timeout 10s } accept',
      'update @recent { ip saddr timeout 10s }, accept',
    ],
    [
      'iifname vmap @jumps',
      'comes in on cali1? yes: jump one | no: comes in on cali2? yes: jump two | no: no',
      { inInterface: undefined },
    ],
  ],
  interfaces: [
    ['iifname "eth0" accept', 'accept'],
    ['iifname "eth*" accept', 'accept'],
    ['iifname { "cali*", "lo" } accept', 'no'],
    ['iif "lo" accept', 'no'],
    ['iif "lo" accept', 'no', { inInterface: undefined }],
    ['oifname != "lo" drop', 'drop', { outInterface: undefined }],
    [
      'iifname { "lo", "eth0" } accept',
      'comes in on eth0? yes: accept | no: no',
      { inInterface: undefined },
    ],
    ['iifname != "docker0" accept', 'accept', { inInterface: null, outInterface: 'eth0' }],
    ['oifname "cali*" drop', 'leaves on cali+? yes: drop | no: no', { outInterface: undefined }],
    ['iifgroup 5 accept', 'no', { inInterface: null }],
  ],
  connections: [
    ['ct state new accept', 'accept'],
    ['ct state established,related accept', 'no'],
    ['ct state != established accept', 'accept'],
    ['ct state invalid drop', 'drop', { connection: connection({ state: 'none' }) }],
    [
      'ct zone set 7 ct state new drop',
      'ct zone set 7, drop',
      { connection: connection({ state: 'none' }) },
    ],
    ['ct mark 0 accept', 'no', { connection: connection({ state: 'untracked' }) }],
    ['ct state vmap { invalid : drop, new : jump fresh }', 'jump fresh'],
    ['ct status dnat accept', 'no'],
    ['ct status dnat accept', 'accept', { connection: connection({ dnat: true }) }],
    ['ct status assured accept', 'no'],
    [
      'ct status assured accept',
      'the connection is ASSURED? yes: accept | no: no',
      { connection: connection({ state: 'established' }) },
    ],
    ['ct status confirmed accept', 'no'],
    ['ct status confirmed accept', 'accept', { connection: connection({ confirmed: true }) }],
    ['ct direction reply accept', 'no'],
    [
      'ct original ip daddr 10.0.0.1 ct original proto-dst 80 accept',
      'accept',
      { connection: connection({ original: TUPLE }) },
    ],
    [
      'ct reply ip daddr 203.0.113.9 ct reply proto-src 8080 accept',
      'accept',
      { connection: connection({ reply: REPLY }) },
    ],
    ['notrack', 'not tracked', { connection: connection({ state: 'none' }) }],
    ['notrack', 'on'],
  ],
  marks: [
    ['meta mark & 0x00004000 == 0x00000000 return', 'return'],
    ['meta mark & 0x4000 != 0 return', 'return', { mark: 0x4010 }],
    ['meta mark set meta mark | 0x4000', 'mark 0x4000'],
    ['meta mark set mark xor 0x4000', 'mark 0x10', { mark: 0x4010 }],
    ['meta mark set meta mark & 0xffff0012 | 0x12 meta mark 0x12 accept', 'mark 0x12, accept'],
    ['ct mark set meta mark', 'connmark 0x10', { mark: 0x10 }],
    ['meta mark set ip daddr map { 10.0.0.1 : 5, 10.0.0.2 : 6 }', 'mark 0x5'],
  ],
  balancing: [
    [
      'numgen random mod 3 vmap { 0 : goto a, 1 : goto b, 2 : goto c }',
      '0.333: goto a | 0.333: goto b | 0.333: goto c',
    ],
    ['numgen random mod 1 vmap { 0 : goto a }', 'goto a'],
    ['numgen inc mod 10 < 3 accept', '0.3: accept | 0.7: no'],
    [
      'jhash ip saddr mod 4 vmap { 0-1 : goto a, 2 : goto b }',
      '0.5: goto a | 0.25: goto b | 0.25: no',
    ],
    ['meta random & 2147483647 < 715827883 accept', '0.333: accept | 0.667: no'],
    [
      'meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.1.0.1 . 80, 1 : 10.1.0.2 . 90 }',
      '0.5: dnat 10.1.0.1-10.1.0.1:80-80 | 0.5: dnat 10.1.0.2-10.1.0.2:90-90',
    ],
  ],
  'address translation': [
    ['dnat ip to 10.1.0.1:8080', 'dnat 10.1.0.1-10.1.0.1:8080-8080'],
    ['dnat ip to 10.1.0.1-10.1.0.9:80-90 persistent', 'dnat 10.1.0.1-10.1.0.9:80-90 persistent'],
    ['dnat ip to ip daddr . tcp dport map @endpoints', 'dnat 10.244.0.7-10.244.0.7:8080-8080'],
    ['dnat ip6 to [fd00::1]:80', 'on'],
    ['dnat ip6 to [fd00::1]:80', 'dnat fd00::1-fd00::1:80-80', { family: 6 }],
    ['snat ip to 192.0.2.1', 'snat 192.0.2.1-192.0.2.1'],
    ['masquerade to :1024-2048 fully-random,persistent', 'masquerade :1024-2048'],
    ['tcp dport 80 redirect to :8080', 'redirect :8080-8080'],
    ['ip daddr set 10.9.9.9 ip daddr 10.9.9.9 accept', 'ip daddr set 10.9.9.9, accept'],
  ],
  verdicts: [
    ['continue', 'continue'],
    ['reject', 'reject icmp-port-unreachable'],
    ['reject', 'reject icmp6-port-unreachable', { family: 6 }],
    ['reject with icmpx type host-unreachable', 'reject icmp6-addr-unreachable', { family: 6 }],
    ['reject with icmp admin-prohibited', 'reject icmp-admin-prohibited'],
    ['reject with icmp admin-prohibited', 'no', { family: 6 }],
    ['reject with tcp reset', 'reject tcp-reset'],
    [
      'log prefix "a ; b { " level warn flags all counter packets 3 bytes 180 drop',
      'log prefix "a ; b { " level warn flags all, drop',
    ],
    ['queue flags bypass to 1-3', 'queue (queue flags bypass to 1-3)'],
    ['tproxy ip to 127.0.0.1:50080 accept', 'stolen (tproxy ip to 127.0.0.1:50080)'],
    ['last used never drop', 'drop'],
    ['last used 5s drop', 'drop'],
  ],
  'what no dump says': [
    [
      'limit rate over 10/second burst 5 packets drop',
      'matches limit rate over 10/second burst 5 packets? yes: drop | no: no',
    ],
    [
      'meta skuid 0 accept',
      'matches meta skuid 0? yes: accept | no: no',
      { inInterface: null, outInterface: 'eth0' },
    ],
    ['meta skuid 0 accept', 'no', { outInterface: 'cni0' }],
    ['meta cpu != 1 accept', 'matches meta cpu 1? yes: no | no: accept'],
    [
      'xt match physdev counter packets 0 bytes 0 accept',
      'matches xt match physdev? yes: accept | no: no',
    ],
    ['meta l4proto tcp xt target DNAT', 'stolen (xt target DNAT)'],
    ['what is this accept', 'matches what is this? yes: accept | no: no'],
    ['numgen random mod 0 0 drop', 'matches numgen random mod 0 0? yes: drop | no: no'],
    [
      'meta mark set numgen random mod 0',
      'stolen (meta mark set numgen random mod 0: the value is not known)',
    ],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  for (const [rule, expected, changes] of cases) {
    test(`${name}: ${rule}${changes ? ` with ${Object.keys(changes)}` : ''}`, () => {
      assert.equal(outcome(compile(rule, SETS), packet(changes), UNKNOWN_NODE), expected);
    });
  }
}

const LOCAL = '10.0.0.1 is an address of this node';
const FIB: [rule: string, known: string, unknown: string][] = [
  ['fib daddr type local accept', 'accept', `${LOCAL}? yes: accept | no: no`],
  ['fib daddr type != local accept', 'no', `${LOCAL}? yes: no | no: accept`],
  [
    'fib saddr type local accept',
    'no',
    '203.0.113.9 is an address of this node? yes: accept | no: no',
  ],
  [
    'fib daddr . iif type local accept',
    'accept',
    '10.0.0.1 is an address of eth0? yes: accept | no: no',
  ],
  [
    'fib daddr type { local, broadcast } accept',
    'accept',
    'matches fib daddr type { local, broadcast }? yes: accept | no: no',
  ],
  [
    'fib saddr . iif oif missing drop',
    '203.0.113.9 is reached through eth0? yes: no | no: drop',
    '203.0.113.9 is reached through eth0? yes: no | no: drop',
  ],
];

for (const [rule, known, unknown] of FIB) {
  test(`addresses of the node: ${rule}`, () => {
    assert.equal(outcome(compile(rule), packet(), NODE), known);
    assert.equal(outcome(compile(rule), packet(), UNKNOWN_NODE), unknown);
  });
}

const through = (device: string, destination: string, prefix: number, type = 'unicast') => ({
  ...{
    table: type === 'local' ? 'local' : 'main',
    type,
    preferredSource: null,
    metric: 0,
    typeOfService: null,
  },
  destination: { ip: ip(destination), prefix },
  hops: [{ gateway: null, device, weight: 1, fault: null }],
});
const ROUTED = {
  ...NODE,
  routes: [through('eth0', '203.0.113.0', 24), through('eth0', '10.0.0.1', 32, 'local')],
};
const MISSING = 'fib saddr . iif oif missing drop';
const WAYS: [rule: string, from: string, by: string | undefined, expected: string][] = [
  [MISSING, '203.0.113.9', 'eth0', 'no'],
  [MISSING, '203.0.113.9', 'cni0', 'drop'],
  [MISSING, '198.51.100.7', 'eth0', 'drop'],
  [MISSING, '10.0.0.1', 'eth0', 'drop'],
  [MISSING, '10.0.0.1', 'lo', 'no'],
  ['fib saddr oif exists accept', '203.0.113.9', 'cni0', 'accept'],
  ['fib saddr oif "eth0" accept', '203.0.113.9', undefined, 'accept'],
];

for (const [rule, source, inInterface, expected] of WAYS) {
  test(`the way back: ${rule} from ${source} by ${inInterface}`, () => {
    const sent = packet({ source: ip(source), inInterface });
    assert.equal(outcome(compile(rule), sent, ROUTED), expected);
  });
}

// Kernel 6.18: fib_type of IPv4 asks the local table, that of IPv6 all routes.
const REFUSING = {
  ...NODE,
  routes: [
    through('eth0', '2001:db8:1::', 64),
    { ...through('eth0', '2001:db8:2::', 64, 'prohibit'), hops: [] },
    { ...through('eth0', '198.51.100.0', 24, 'prohibit'), hops: [] },
  ],
};
const TYPES: [destination: string, type: string][] = [
  ['2001:db8:1::1', 'unicast'],
  ['2001:db8:2::1', 'prohibit'],
  ['2001:db8:3::1', 'unreachable'],
  ['198.51.100.1', 'unicast'],
  ['203.0.113.1', 'unicast'],
];

for (const [destination, type] of TYPES) {
  test(`what routes make of an address: ${destination} is ${type}`, () => {
    const to = ip(destination);
    const source = ip(to.family === 4 ? '203.0.113.9' : '2001:db8::9');
    const sent = packet({ family: to.family, source, destination: to });
    for (const asked of ['unicast', 'prohibit', 'unreachable']) {
      const rule = compile(`fib daddr type ${asked} accept`);
      assert.equal(outcome(rule, sent, REFUSING), asked === type ? 'accept' : 'no', asked);
    }
  });
}
