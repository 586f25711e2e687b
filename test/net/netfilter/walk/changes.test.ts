import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readIpsetSave } from '../../../../src/net/netfilter/ipset/read-save.ts';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import { readNftJson, readNftText } from '../../../../src/net/netfilter/nft/read-nft.ts';
import type { Table } from '../../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { walkOf } from './ask.ts';
import { node } from './nodes.ts';

// What rules do on a packet's way, and what rules behind them may make of it. It was sent through
// Linux 6.18, one rule after the other with its counter.

/** The outcome, and what it depends on. */
function verdict(tables: readonly Table[], to = '192.0.2.1:23', sets = ''): string {
  const on = { ...node(), ipsets: readIpsetSave(sets).sets };
  const { verdict, open } = summarize(walkOf(`external 203.0.113.9 ${to} eth0`, tables, on));
  return [verdict.outcome, ...open.map(({ text }) => text)].join('; ');
}

function iptables(rules: readonly string[], table = 'mangle', chain = 'PREROUTING') {
  const lines = rules.map((rule) => `-A ${chain} ${rule}\n`);
  return readSave(`*${table}\n${lines.join('')}COMMIT\n`, { family: 4 }).tables;
}

function cases(
  all: readonly [what: string, rules: readonly string[], expected: string][],
  verdictOf: (rules: readonly string[]) => string,
): void {
  for (const [what, rules, expected] of all) {
    test(what, () => assert.equal(verdictOf(rules), expected));
  }
}

suite('recent', () => {
  const [set, rcheck] = ['-m recent --set --name K', '-m recent --rcheck --name K'];
  const seen = '203.0.113.9 was seen by the recent list';
  const all: Parameters<typeof cases>[0] = [
    [
      'who is new is entered, and so found',
      [`${rcheck} -j ACCEPT`, set, `${rcheck} -j DROP`],
      `undetermined; ${seen} K`,
    ],
    ['and that within any time', [set, `${rcheck} --seconds 5 -j DROP`], 'dropped'],
    [
      'but not often',
      [set, `${rcheck} --hitcount 3 -j DROP`],
      `undetermined; ${seen} K at least 3 times`,
    ],
    [
      'nor in another list',
      [set, '-m recent --rcheck --name L -j DROP'],
      `undetermined; ${seen} L`,
    ],
    [
      'nor by the other address',
      [set, `${rcheck} --rdest -j DROP`],
      'undetermined; 192.0.2.1 was seen by the recent list K',
    ],
    [
      'nor as a network',
      [set, `${rcheck} --mask 255.255.255.0 -j DROP`],
      'undetermined; 203.0.113.0 was seen by the recent list K',
    ],
    ['and can be taken out', [set, '-m recent --remove --name K', `${rcheck} -j DROP`], 'local'],
    [
      '! --set says no, and enters all the same',
      ['-m recent ! --set --name K -j DROP', '-m recent ! --rcheck --name K -j DROP'],
      'local',
    ],
    [
      '! --update enters nobody who is not there',
      [set, '-m recent --remove --name K', '-m recent ! --update --name K', `${rcheck} -j DROP`],
      'local',
    ],
  ];
  cases(all, (rules) => verdict(iptables(rules)));

  test('the answer finds whom its packet entered', () => {
    const tables = [
      ...iptables([set], 'filter', 'INPUT'),
      ...iptables(['-m recent ! --rcheck --name K --rdest -j DROP'], 'filter', 'OUTPUT'),
    ];
    const root = walkOf('external 203.0.113.9 192.0.2.1:23 eth0', tables);
    assert.equal(summarize(root).reply?.outcome, 'delivered');
  });
});

suite('counters and headers', () => {
  const limit = '-m limit --limit 5/min';
  const ttl = '-m ttl --ttl-eq 64';
  const all: Parameters<typeof cases>[0] = [
    [
      'each limit has a bucket of its own',
      [
        `${limit} -j MARK --set-mark 1`,
        `${limit} -j MARK --xor-mark 1`,
        '-m mark --mark 1 -j DROP',
      ],
      `undetermined; the packet matches ${limit}`,
    ],
    [
      'a length stays the same',
      ['-m length --length 0:50 -j ACCEPT', '-m length --length 0:50 -j DROP'],
      'local',
    ],
    [
      'a TTL is set',
      [`${ttl} -j ACCEPT`, '-j TTL --ttl-set 64', `${ttl} -j DROP`],
      `undetermined; the packet matches ${ttl}`,
    ],
    [
      'another field is set',
      [`${ttl} -j ACCEPT`, '-j DSCP --set-dscp 5', `${ttl} -j DROP`],
      'local',
    ],
    [
      'a DSCP is a part of the TOS',
      ['-m tos --tos 0x14 -j ACCEPT', '-j DSCP --set-dscp 5', '-m tos --tos 0x14 -j DROP'],
      'undetermined; the packet matches -m tos --tos 0x14',
    ],
  ];
  cases(all, (rules) => verdict(iptables(rules)));

  test('the TTL is counted down before FORWARD', () => {
    const tables = [
      ...iptables([`${ttl} -j ACCEPT`, '-i eth0 -j DROP']),
      ...iptables([`-i eth0 ${ttl} -j DROP`], 'filter', 'FORWARD'),
    ];
    const open = verdict(tables, '10.244.0.9:80').split('; ');
    assert.deepEqual(open.slice(0, 2), ['undetermined', `the packet matches ${ttl}`]);
  });
});

suite('ipsets that rules fill', () => {
  const sets =
    'create S hash:ip family inet\ncreate P hash:ip,port family inet\ncreate B bitmap:ip range 10.0.0.0/24\n' +
    'create L list:set\nadd L S\ncreate M hash:ip family inet skbinfo\nadd M 10.9.9.9 skbmark 0x1/0xff\n';
  const inS = '203.0.113.9 (src) is in the ipset S';
  const all: Parameters<typeof cases>[0] = [
    [
      'what is entered is found',
      ['-j SET --add-set S src', '-m set --match-set S src -j DROP'],
      'dropped',
    ],
    ['and in the list', ['-j SET --add-set S src', '-m set --match-set L src -j DROP'], 'dropped'],
    [
      'until it is taken out',
      ['-j SET --add-set S src', '-j SET --del-set S src', '-m set --match-set S src -j DROP'],
      'local',
    ],
    [
      'what another packet has entered is not known',
      ['-p udp -j SET --add-set S src', '-m set --match-set S src -j DROP'],
      `undetermined; ${inS}`,
    ],
    [
      'nor what a list enters, and where',
      ['-p udp -j SET --add-set L src', '-m set --match-set S src -j DROP'],
      `undetermined; ${inS}`,
    ],
    ['what none fills is as it is listed', ['-m set --match-set S src -j DROP'], 'local'],
    [
      'too few parts are none',
      ['-j SET --add-set P src', '-m set --match-set P src,dst -j DROP'],
      'undetermined; 203.0.113.9,192.0.2.1 (src,dst) is in the ipset P',
    ],
    [
      'as many as the set has are',
      ['-j SET --add-set P src,dst', '-m set --match-set P src,dst -j DROP'],
      'dropped',
    ],
    [
      'a range may not reach so far',
      ['-j SET --add-set B src', '-m set --match-set B src -j DROP'],
      'undetermined; 203.0.113.9 (src) is in the ipset B',
    ],
    ['no mark of what is not in a set', ['-j SET --map-set M src --map-mark'], 'local'],
  ];
  cases(all, (rules) => verdict(iptables(rules), undefined, sets));

  test('a mark from a set that is not given', () => {
    const tables = iptables(['-j SET --map-set M src --map-mark']);
    assert.equal(verdict(tables), 'undetermined; 203.0.113.9 (src) is in the ipset M');
  });
});

suite('nft', () => {
  const all: Parameters<typeof cases>[0] = [
    [
      'what is new is added, and so found',
      ['ip saddr @seen accept', 'add @seen { ip saddr }', 'ip saddr @seen drop'],
      'undetermined; the packet matches ip saddr @seen',
    ],
    ['and known to be', ['add @seen { ip saddr timeout 1m }', 'ip saddr != @seen drop'], 'local'],
    [
      'until it is deleted',
      ['add @seen { ip saddr }', 'delete @seen { ip saddr }', 'ip saddr @seen drop'],
      'local',
    ],
    [
      'another address is not added',
      ['add @seen { ip daddr }', 'ip saddr @seen drop'],
      'undetermined; the packet matches ip saddr @seen',
    ],
    [
      'what is asked without negation is one question',
      ['ip saddr != @seen accept', 'ip saddr != @seen drop'],
      'local',
    ],
    [
      'a limit in an element',
      ['add @seen { ip saddr limit rate over 10/minute } drop'],
      'undetermined; the packet matches add @seen { ip saddr limit rate over 10/minute }',
    ],
    [
      'in each of a set: to be added',
      ['add @rated { ip saddr } drop'],
      'undetermined; the packet matches add @rated { ip saddr }',
    ],
    [
      'and to be found',
      ['ip saddr @rated drop'],
      'undetermined; the packet matches ip saddr @rated',
    ],
    [
      'a limit each',
      [
        'limit rate 1/second meta mark set 1',
        'limit rate 1/second meta mark set 0',
        'meta mark 1 drop',
      ],
      'undetermined; the packet matches limit rate 1/second',
    ],
    [
      'a TTL that is set',
      ['ip ttl 64 accept', 'ip ttl set 64', 'ip ttl 64 drop'],
      'undetermined; the packet matches ip ttl 64',
    ],
    [
      'an address that is set',
      ['ip daddr @seen accept', 'ip daddr set 192.0.2.7', 'ip daddr @seen drop'],
      'undetermined; the packet matches ip daddr @seen',
    ],
  ];
  const declared = `set seen { type ipv4_addr; flags dynamic,timeout; }
    set rated { type ipv4_addr; flags dynamic; quota over 10 mbytes; elements = { 203.0.113.9 quota over 10 mbytes used 3 bytes } }`;
  cases(all, (rules) => {
    const chain = `chain c {\ntype filter hook input priority 0;\n${rules.join('\n')}\n}`;
    const { tables, problems } = readNftText(`table inet t {\n${declared}\n${chain}\n}\n`);
    assert.deepEqual(problems, []);
    return verdict(tables);
  });

  test('JSON of the same', () => {
    const add = (set: object) => ({ set: { op: 'add', elem: SADDR, set: '@m', ...set } });
    const limit = { limit: { rate: 10, per: 'minute', inv: true } };
    const asked = 'undetermined; the packet matches';
    for (const [expr, expected] of [
      [[add({})], 'dropped'],
      [[add({ stmt: [limit] })], `${asked} add @m { ip saddr limit rate over 10/minute }`],
      [[{ match: { op: '==', left: SADDR, right: '@m' } }, add({})], `${asked} ip saddr @m`],
      [
        ['add @m { ip saddr : 0x00000007 }', { match: { op: '!=', left: SADDR, right: '@m' } }],
        'local',
      ],
    ] as const) {
      const { tables } = readNftJson(jsonListing([...expr, { drop: null }]));
      assert.equal(verdict(tables), expected);
    }
  });
});

const SADDR = { payload: { protocol: 'ip', field: 'saddr' } };

/** As nft 1.0.6 prints it: of a set that rules change it does not say so. */
function jsonListing(expr: readonly unknown[]): string {
  const chain = { name: 'i', type: 'filter', hook: 'input', prio: 0, policy: 'accept' };
  const of = { family: 'ip', table: 't' };
  return JSON.stringify({
    nftables: [
      { table: { family: 'ip', name: 't' } },
      { chain: { ...of, ...chain } },
      { set: { ...of, name: 'm', type: 'ipv4_addr' } },
      { rule: { ...of, chain: 'i', expr } },
    ],
  });
}
