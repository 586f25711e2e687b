import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressSets } from '../../src/calico/address-sets.ts';
import type { Packet } from '../../src/calico/packet.ts';
import { readyRule } from '../../src/calico/rule-match.ts';
import { parseRange } from '../../src/net/ip.ts';
import { ip, packet } from './ask.ts';
import { ALLOWING, buildObjects, endpoint, object, policy } from './build-objects.ts';

const OBJECTS = {
  hostendpoints: [
    endpoint('k2', { ...ALLOWING, node: 'k2', expectedIPs: ['20.1.0.150'] }, { role: 'node' }),
  ],
  globalnetworksets: [
    object('office', { nets: ['20.1.0.164/31', '2001:db8::/64'] }, { labels: { role: 'office' } }),
    object('all', { nets: ['0.0.0.0/0'] }, { labels: { role: 'all' } }),
  ],
  networksets: [
    object('shop', { nets: ['203.0.113.0/24'] }, { namespace: 'shop', labels: { role: 'shop' } }),
  ],
  profiles: [object('kns.shop', { labelsToApply: { 'pcns.team': 'red' } })],
};

/** Whether the rule matches the packet, one to 20.1.0.167:80/TCP from 20.1.0.165 unless changed. */
function matches(
  rule: object,
  changes: Partial<Packet> = {},
  { namespace = null, lists = OBJECTS, pods = ['192.168.99.0/24'] as string[] | null } = {} as {
    namespace?: string | null;
    lists?: object;
    pods?: string[] | null;
  },
): string {
  const written = policy('a', { ingress: [{ action: 'Deny', ...rule }] });
  const objects = buildObjects({ ...lists, globalnetworkpolicies: [written] });
  const [read] = objects.globalPolicies[0]?.spec.ingress ?? [];
  assert.ok(read, JSON.stringify(objects.unread));
  const podRanges = pods?.map((text) => parseRange(text)).filter((range) => range !== null) ?? null;
  const sets = addressSets(objects, { podRanges, hosts: null });
  const answer = readyRule(read, namespace, sets).matches(packet(changes));
  return typeof answer === 'string' ? answer : 'unknown';
}

describe('a rule matches', () => {
  const six = { source: ip('2001:db8::1'), destination: ip('2001:db8::2') };
  const CASES: [string, object, Partial<Packet>, string][] = [
    ['everything, without conditions', {}, {}, 'yes'],
    ['a protocol by its name', { protocol: 'TCP' }, {}, 'yes'],
    ['whatever its letters', { protocol: 'tcp' }, {}, 'yes'],
    ['by its number', { protocol: 6 }, {}, 'yes'],
    ['not another', { protocol: 'SCTP' }, {}, 'no'],
    ['nor by number', { protocol: '17' }, {}, 'no'],
    ['notProtocol', { notProtocol: 'UDP' }, {}, 'yes'],
    ['a protocol that nobody knows: not known', { protocol: 'Sctpp' }, {}, 'unknown'],
    ['a net of the source', { source: { nets: ['10.0.0.0/8', '20.1.0.0/24'] } }, {}, 'yes'],
    ['host bits of it count not', { source: { nets: ['20.1.0.9/24'] } }, {}, 'yes'],
    ['an address without length', { source: { nets: ['20.1.0.165'] } }, {}, 'yes'],
    ['not others', { source: { nets: ['20.1.0.0/25'] } }, {}, 'no'],
    ['notNets', { source: { nets: ['20.1.0.0/24'], notNets: ['20.1.0.165/32'] } }, {}, 'no'],
    ['notNets that it is not in', { source: { notNets: ['20.1.0.0/25'] } }, {}, 'yes'],
    ['a net that is none: not known', { source: { nets: ['20.1.0'] } }, {}, 'unknown'],
    ['a net of the destination', { destination: { nets: ['20.1.0.167/32'] } }, {}, 'yes'],
    [
      'not where it is not known',
      { destination: { nets: ['20.1.0.167/32'] } },
      { destination: null },
      'unknown',
    ],
    ['a port', { protocol: 'TCP', destination: { ports: [443, 80] } }, {}, 'yes'],
    ['a range of ports', { protocol: 'TCP', destination: { ports: ['79:80'] } }, {}, 'yes'],
    ['not past its end', { protocol: 'TCP', destination: { ports: ['81:90'] } }, {}, 'no'],
    ['notPorts', { protocol: 'TCP', destination: { notPorts: [80] } }, {}, 'no'],
    [
      'a port with a name: not known',
      { protocol: 'TCP', destination: { ports: ['web'] } },
      {},
      'unknown',
    ],
    [
      'but for one that is there by number',
      { protocol: 'TCP', destination: { ports: ['web', 80] } },
      {},
      'yes',
    ],
    ['a source port, which is not known of a client', { source: { ports: [1024] } }, {}, 'unknown'],
    ['all of them', { source: { ports: ['0:65535'] } }, {}, 'yes'],
    [
      'ICMP by type and code',
      { protocol: 'ICMP', icmp: { type: 8, code: 0 } },
      { protocol: 1, icmp: { type: 8, code: 0 } },
      'yes',
    ],
    [
      'ICMP by type alone',
      { protocol: 'ICMP', icmp: { type: 8 } },
      { protocol: 1, icmp: { type: 8, code: 1 } },
      'yes',
    ],
    [
      'notICMP',
      { protocol: 'ICMP', notICMP: { type: 8 } },
      { protocol: 1, icmp: { type: 0, code: 0 } },
      'yes',
    ],
    [
      'ICMP of which nothing is said: not known',
      { protocol: 'ICMP', icmp: { type: 8 } },
      { protocol: 1 },
      'unknown',
    ],
    ['ICMP never a TCP packet', { icmp: { type: 8 } }, {}, 'no'],
    ['HTTP: not known', { http: { methods: ['GET'] } }, {}, 'unknown'],
    [
      'the endpoints of a Service: not known',
      { source: { services: { name: 'web' } } },
      {},
      'unknown',
    ],
    ['what is certain decides before what is not', { protocol: 'UDP', http: {} }, {}, 'no'],
    ['a version of IP', { ipVersion: 4 }, {}, 'yes'],
    ['not the other', { ipVersion: 6 }, {}, 'no'],
    ['nets of its own family', { source: { nets: ['2001:db8::/32', '20.1.0.0/24'] } }, {}, 'yes'],
    [
      'not where none of the nets is of its family',
      { source: { nets: ['2001:db8::/32'] } },
      {},
      'no',
    ],
    ['nor where none of notNets is', { source: { notNets: ['2001:db8::/32'] } }, {}, 'no'],
    [
      'IPv6',
      { source: { nets: ['2001:db8::/64'] }, destination: { notNets: ['2001:db8::3/128'] } },
      six,
      'yes',
    ],
    ['a network set by its labels', { source: { selector: "role == 'office'" } }, {}, 'yes'],
    ['of either family', { source: { selector: "role == 'office'" } }, six, 'yes'],
    ['not by others', { source: { selector: "role == 'shop'" } }, {}, 'no'],
    ['notSelector', { source: { notSelector: "role == 'office'" } }, {}, 'no'],
    [
      'a host endpoint by its labels',
      { source: { selector: "role == 'node'" } },
      { source: ip('20.1.0.150') },
      'yes',
    ],
    [
      "a pod's address: not known",
      { source: { selector: "role == 'x'" } },
      { source: ip('192.168.99.4') },
      'unknown',
    ],
    [
      'but for a network set that has it',
      { source: { selector: "role == 'all'" } },
      { source: ip('192.168.99.4') },
      'yes',
    ],
    [
      'service accounts: no address outside',
      { source: { serviceAccounts: { names: ['web'] } } },
      {},
      'no',
    ],
    [
      'a namespace: its network sets',
      { source: { namespaceSelector: "team == 'red'" } },
      { source: ip('203.0.113.7') },
      'yes',
    ],
    [
      'all namespaces: what is in one',
      { source: { namespaceSelector: 'all()', selector: "role == 'office'" } },
      {},
      'no',
    ],
    [
      'global(): what is in none',
      { source: { namespaceSelector: 'global()', selector: "role == 'office'" } },
      {},
      'yes',
    ],
    ['a selector that is none: not known', { source: { selector: 'role =' } }, {}, 'unknown'],
  ];
  for (const [name, rule, changes, expected] of CASES) {
    it(`${name}: ${expected}`, () => assert.equal(matches(rule, changes), expected));
  }

  it('in a namespaced policy a selector is of its namespace', () => {
    const rule = { source: { selector: "role == 'shop'" } };
    const from = { source: ip('203.0.113.7') };
    assert.equal(matches(rule, from, { namespace: 'shop' }), 'yes');
    assert.equal(matches(rule, from, { namespace: 'other' }), 'no');
    assert.equal(
      matches({ source: { notSelector: "role == 'x'" } }, {}, { namespace: 'shop' }),
      'no',
    );
    assert.equal(matches({ source: { nets: ['20.1.0.0/24'] } }, {}, { namespace: 'shop' }), 'yes');
  });

  it('where pods are is not known: then nothing of a selector is, but what sets have', () => {
    const unknown = { pods: null };
    assert.equal(matches({ source: { selector: "role == 'x'" } }, {}, unknown), 'unknown');
    assert.equal(matches({ source: { selector: "role == 'office'" } }, {}, unknown), 'yes');
  });
});
