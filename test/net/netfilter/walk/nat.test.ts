import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Step, Table, Translation } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { replyOf, verdictOf, walkOf } from './ask.ts';
import { node, perInterface } from './nodes.ts';
import * as t from './tables.ts';

const IN = 'external 203.0.113.9 192.0.2.9:80 eth0';

const CASES: readonly [string, string, Table[], string][] = [
  [
    'DNAT to a pod',
    IN,
    natAt('prerouting', t.dnat('10.0.0.2:8080')),
    'delivered dnat 203.0.113.9 > 10.0.0.2:8080',
  ],
  [
    'DNAT without a port keeps it',
    IN,
    natAt('prerouting', t.dnat('10.0.0.2')),
    'delivered dnat 203.0.113.9 > 10.0.0.2:80',
  ],
  [
    'DNAT to the node itself',
    IN,
    natAt('prerouting', t.dnat('192.0.2.1:22')),
    'delivered dnat 203.0.113.9 > 192.0.2.1:22',
  ],
  [
    'DNAT to loopback from outside',
    IN,
    natAt('prerouting', t.dnat('127.0.0.1:80')),
    'dropped martian-destination 203.0.113.9 > 127.0.0.1:80',
  ],
  [
    'the first rule with NAT decides',
    IN,
    natAt('prerouting', t.dnat('10.0.0.2:1'), t.dnat('10.0.0.2:2')),
    'delivered dnat 203.0.113.9 > 10.0.0.2:1',
  ],
  [
    'DNAT to where it goes anyway is none',
    IN,
    natAt('prerouting', t.dnat('192.0.2.9:80')),
    'forwarded routed',
  ],
  [
    'a port within the range stays',
    IN,
    natAt('prerouting', t.dnat('10.0.0.2:79-81')),
    'delivered dnat 203.0.113.9 > 10.0.0.2:80',
  ],
  [
    'of a range of ports the first is free',
    IN,
    natAt('prerouting', t.dnat('10.0.0.2:8000-8002')),
    'delivered dnat 203.0.113.9 > 10.0.0.2:8000',
  ],
  [
    'REDIRECT: the address of the interface',
    IN,
    natAt('prerouting', t.redirect(8080)),
    'delivered dnat 203.0.113.9 > 192.0.2.1:8080',
  ],
  [
    'REDIRECT where it has none',
    'pod 10.0.0.2 192.0.2.9:80 veth0',
    natAt('prerouting', t.redirect(8080)),
    'dropped no-address-for-nat',
  ],
  [
    'NETMAP of the destination',
    IN,
    natAt('prerouting', netmapTo('10.0.0.0')),
    'delivered dnat 203.0.113.9 > 10.0.0.9:80',
  ],
  [
    'NETMAP of the source',
    'pod 10.0.0.2 198.51.100.7:80 veth0',
    natAt('postrouting', netmapTo('192.0.2.0')),
    'forwarded routed 192.0.2.2 > 198.51.100.7:80',
  ],
  [
    'REDIRECT of what the node sends',
    'node 192.0.2.1 192.0.2.9:80',
    natAt('output', t.redirect(8080)),
    'delivered dnat 192.0.2.1 > 127.0.0.1:8080',
  ],
  [
    'SNAT',
    IN,
    natAt('postrouting', t.snat('192.0.2.7')),
    'forwarded routed 192.0.2.7 > 192.0.2.9:80',
  ],
  [
    'MASQUERADE: by the interface that it leaves by',
    'pod 10.0.0.2 198.51.100.7:80 veth0',
    natAt('postrouting', t.masquerade),
    'forwarded routed 198.51.100.1 > 198.51.100.7:80',
  ],
  [
    'MASQUERADE towards an interface with no address borrows one',
    'external 203.0.113.9 10.0.0.2:80 eth0',
    natAt('postrouting', t.masquerade),
    'forwarded routed 192.0.2.1 > 10.0.0.2:80',
  ],
  [
    'what is not tracked never sees nat',
    IN,
    [
      ...natAt('prerouting', t.dnat('10.0.0.2:80')),
      t.table('raw', [t.base('prerouting', 'filter', -300, [t.rule(t.notrack)])]),
    ],
    'forwarded routed',
  ],
  [
    'DNAT at output is routed again',
    'node 192.0.2.1 192.0.2.9:80',
    [
      ...natAt('output', t.dnat('10.0.0.2:80')),
      t.table('a', [t.base('postrouting', 'filter', 0, [t.rule(leavesBy('veth0'), t.drop)])]),
    ],
    'dropped rule 192.0.2.1 > 10.0.0.2:80',
  ],
  [
    'chains at output behind that DNAT see the interface of before',
    'node 192.0.2.1 192.0.2.9:80',
    [
      ...natAt('output', t.dnat('10.0.0.2:80')),
      t.table('a', [t.base('output', 'filter', 0, [t.rule(leavesBy('veth0'), t.drop)])]),
    ],
    'delivered dnat 192.0.2.1 > 10.0.0.2:80',
  ],
];

for (const [name, packet, tables, expected] of CASES) {
  test(name, () => assert.equal(verdictOf(packet, tables), expected));
}

test('REDIRECT is for the node, with whichever of its addresses', () => {
  const interfaceWith = (...addresses: string[]) => ({
    ...{ name: '', up: true, loopback: false },
    addresses: addresses.map((text) => ({ ip: t.ip(text), prefix: 32, scope: 'global' })),
  });
  const redirected = (...addresses: string[]) => {
    const on = { ...t.UNKNOWN_NODE, interfaces: [interfaceWith(...addresses)] };
    const { verdict, backends, assumed, open } = summarize(
      walkOf(IN, natAt('prerouting', t.redirect(8080)), on),
    );
    const to = backends.map(({ address, port }) => `${address.text}:${port}`).join(' ');
    const facts = (all: typeof open) => all.map(({ text }) => text).join();
    return [`${verdict.outcome} ${to}`.trim(), facts(open), facts(assumed)];
  };
  assert.deepEqual(redirected('192.0.2.1'), [
    'delivered 192.0.2.1:8080',
    '',
    '192.0.2.1 is the first address of eth0,no reverse path filter stands in the way',
  ]);
  assert.deepEqual(redirected('192.0.2.1', '192.0.2.2').slice(0, 2), [
    'delivered 192.0.2.1:8080 192.0.2.2:8080',
    '192.0.2.1 is the first address of eth0',
  ]);
  assert.equal(redirected('2001:db8::1')[0], 'dropped');
});

test('a range of addresses is a choice of the kernel, each with its share', () => {
  const tables = natAt('prerouting', t.dnat('10.0.0.2-10.0.0.5:80'));
  const { backends } = summarize(walkOf(IN, tables));
  assert.deepEqual(
    backends.map(({ address, share }) => [address.text, share]),
    ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'].map((text) => [text, 0.25]),
  );
});

test('of a range of ports `random` draws one', () => {
  const first = t.ip('10.0.0.2');
  const to: Translation = {
    addresses: { first, last: first },
    ports: { first: 8000, last: 8001, random: true },
    persistent: false,
  };
  const random = t.always({ kind: 'verdict', verdict: { kind: 'dnat', to } });
  const { backends } = summarize(walkOf(IN, natAt('prerouting', random)));
  assert.deepEqual(
    backends.map(({ port, share }) => [port, share]),
    [
      [8000, 0.5],
      [8001, 0.5],
    ],
  );
});

test('a range of more addresses than can be followed is said to be so', () => {
  const tables = natAt('prerouting', t.dnat('10.0.0.0-10.255.255.255:80'));
  assert.equal(verdictOf(IN, tables), 'undetermined too-many-branches');
});

test('from 127.0.0.1 a DNAT leads out only with route_localnet', () => {
  const tables = [...natAt('output', t.dnat('10.0.0.2:80')), ...natAt('postrouting', t.masquerade)];
  const packet = 'node 127.0.0.1 127.0.0.1:30000';
  const open = node({ sysctls: perInterface('route_localnet', 1) });
  assert.equal(verdictOf(packet, tables), 'dropped martian-source 127.0.0.1 > 10.0.0.2:80');
  assert.equal(verdictOf(packet, tables, open), 'delivered dnat 192.0.2.1 > 10.0.0.2:80');
});

test('REDIRECT of what goes to the link alone needs an address of the link', () => {
  const on = (...addresses: string[]): NodeNetwork => ({
    ...t.UNKNOWN_NODE,
    interfaces: [
      {
        name: 'eth0',
        up: true,
        loopback: false,
        addresses: addresses.map((text) => ({ ip: t.ip(text), prefix: 64, scope: 'global' })),
      },
    ],
  });
  const tables = natAt('prerouting', t.redirect(8080)).map((table) => ({
    ...table,
    family: 'ip6' as const,
  }));
  const packet = 'external fe80::9 [ff02::1]:80 eth0 udp';
  assert.match(verdictOf(packet, tables, on('fd00::1')), /^dropped no-address-for-nat/);
  assert.match(verdictOf(packet, tables, on('fd00::1', 'fe80::1')), /> fe80::1:8080$/);
});

test('with interfaces not known MASQUERADE is one all the same', () => {
  const { masquerade } = summarize(walkOf(IN, natAt('postrouting', t.masquerade), t.UNKNOWN_NODE));
  assert.equal(masquerade, null, 'the packet may be for the node itself');
  const elsewhere = { ...t.UNKNOWN_NODE, interfaces: [] };
  assert.equal(
    summarize(walkOf(IN, natAt('postrouting', t.masquerade), elsewhere)).masquerade,
    true,
  );
});

test('an address of MASQUERADE that is not known is not the old one, and asked for', () => {
  const on = { ...t.UNKNOWN_NODE, interfaces: [] };
  const tables = natAt('postrouting', t.masquerade);
  assert.equal(
    verdictOf(IN, tables, on),
    'forwarded routed an address of this node > 192.0.2.9:80',
  );
  assert.equal(replyOf(IN, tables, on), 'delivered answered');
  const text = '*mangle\n-A PREROUTING -i eth1 -d 10.0.0.0/8 -j DROP\nCOMMIT\n';
  const { open } = summarize(walkOf(IN, [...tables, ...readSave(text, { family: 4 }).tables], on));
  assert.deepEqual(
    open.map((question) => question.text),
    ['the answer comes in on eth1', 'the answer goes to 10.0.0.0/8'],
  );
});

test('MASQUERADE by a node with one address gives that; of several it may be the same', () => {
  const withAddresses = (...texts: string[]) => ({
    ...t.UNKNOWN_NODE,
    interfaces: [
      { name: '', up: true, loopback: false, addresses: texts.map((text) => global(text)) },
    ],
  });
  const global = (text: string) => ({ ip: t.ip(text), prefix: 32, scope: 'global' });
  const tables = natAt('postrouting', t.masquerade);
  const own = 'node 192.0.2.1 192.0.2.9:80';
  const one = withAddresses('192.0.2.1');
  assert.equal(verdictOf(own, tables, one), 'forwarded routed');
  assert.equal(verdictOf(IN, tables, one), 'forwarded routed 192.0.2.1 > 192.0.2.9:80');
  const snat: Step = ({ connection }) => connection.snat;
  const drop = t.table('a', [t.base('postrouting', 'filter', 300, [t.rule(snat, t.drop)])]);
  const { open } = summarize(
    walkOf(own, [...tables, drop], withAddresses('192.0.2.1', '192.0.2.2')),
  );
  assert.deepEqual(
    open.map((question) => question.text),
    ['MASQUERADE gives it 192.0.2.1'],
  );
});

function natAt(
  hook: 'prerouting' | 'output' | 'postrouting',
  ...verdicts: ReturnType<typeof t.dnat>[]
) {
  return [
    t.table('nat', [
      t.nat(
        hook,
        verdicts.map((verdict) => t.rule(verdict)),
      ),
    ]),
  ];
}

function netmapTo(network: string) {
  const verdict = { kind: 'netmap', network: t.ip(network).value, mask: 0xffffff00n } as const;
  return t.always({ kind: 'verdict', verdict });
}

function leavesBy(device: string) {
  return (packet: { outInterface: string | null | undefined }) => packet.outInterface === device;
}
