import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNftJson, readNftText } from '../../../../src/net/netfilter/nft/read-nft.ts';
import { ip } from '../packets.ts';
import { outcome } from './answer.ts';
import { packet, UNKNOWN_NODE } from './packets.ts';
import { rules } from './same-tables.ts';

const LISTING = `# Warning: table ip nat is managed by iptables-nft, do not touch!
table ip nat {
	chain PREROUTING {
		type nat hook prerouting priority dstnat; policy accept;
	}
}
table inet fw {
	comment "ours"
	flowtable ft {
		hook ingress priority filter
		devices = { eth0 }
	}

	chain in { # handle 1
		type filter hook input priority filter + 1; policy drop;
		iifname "lo" counter packets 3 bytes 180 accept comment "a \\ { ; # b" # handle 2
		tcp dport 22 jump {
			ip saddr 10.0.0.0/8 accept
			drop
		}
	}
}
`;

test('a listing is read: base chains, counters, comments, lines, anonymous chains', () => {
  const { tables, problems } = readNftText(LISTING);
  assert.deepEqual(problems, []);
  const table = tables[1];
  assert.deepEqual(table?.baseChains, [
    { name: 'in', type: 'filter', hook: 'input', priority: 1, policy: 'drop' },
  ]);
  const [first, second] = rules(table, 'in');
  assert.equal(first?.text, 'iifname "lo" counter accept comment "a \\ { ; # b"');
  assert.deepEqual([first?.line, first?.comment], [16, 'a \\ { ; # b']);
  assert.deepEqual(first?.counters, { packets: 3, bytes: 180 });
  const ssh = packet({ destinationPort: 22 });
  assert.equal(second && outcome(second, ssh, UNKNOWN_NODE), 'jump __chain@17');
  const called = rules(table, '__chain@17').map(({ line, text }) => `${line} ${text}`);
  assert.deepEqual(called, ['18 ip saddr 10.0.0.0/8 accept', '19 drop']);
});

test('tables that iptables-nft keeps are named: by the warning, and by their built-in chains', () => {
  const foreign = LISTING.replace(/^#.*\n/, '').replace('chain PREROUTING', 'chain pre');
  assert.deepEqual([...readNftText(LISTING).managed], ['ip nat']);
  assert.deepEqual([...readNftText(LISTING.replace(/^#.*\n/, '')).managed], ['ip nat']);
  assert.deepEqual([...readNftText(foreign).managed], []);
});

test('chains that no walk visits are named', () => {
  const bridge =
    'table bridge b {\n chain f {\n type filter hook forward priority 0; policy drop;\n }\n}\n';
  assert.deepEqual(readNftText(bridge).setAside, ['bridge b f (forward)']);
  assert.deepEqual(readNftText(bridge).tables, []);
});

test('the chains of a dormant table are not visited, and named', () => {
  const text =
    'table ip old {\n flags dormant\n chain i {\n type filter hook input priority 0; policy drop;\n }\n}\n';
  // nft 1.0.6 prints `t`, and later ones what it means.
  const json = (flags: unknown) =>
    JSON_LISTING.replace('"name":"t"', `"name":"t","flags":${JSON.stringify(flags)}`);
  for (const [{ tables, setAside }, chain] of [
    [readNftText(text), 'ip old i'],
    [readNftJson(json('t')), 'ip t c'],
    [readNftJson(json(['dormant'])), 'ip t c'],
  ] as const) {
    assert.deepEqual(tables[0]?.baseChains, []);
    assert.deepEqual(setAside, [`${chain} (the table is dormant)`]);
  }
  assert.deepEqual(readNftJson(json(['owner'])).setAside, []);
});

const DAMAGED: [what: string, text: string, problems: string[], rules: number][] = [
  [
    'a prompt before it',
    `$ sudo nft list ruleset\n${LISTING}`,
    ['1:1 this does not belong to a listing of nft: $ sudo nft list ruleset'],
    2,
  ],
  ['carriage returns', LISTING.replaceAll('\n', '\r\n'), [], 2],
  ['no indentation', LISTING.replaceAll(/^\t+/gm, ''), [], 2],
  [
    'one line',
    'table inet fw { chain in { type filter hook input priority 0; accept; drop; } }',
    [],
    2,
  ],
  ['nothing', '', [], 0],
  [
    'a line that is none of a table',
    'table inet fw {\n  hello\n  chain in {\n    accept\n  }\n}',
    ['2:3 not known in a table: hello'],
    1,
  ],
  [
    'a priority that is none',
    'table inet fw {\n chain in {\n  type filter hook input priority early;\n  accept\n }\n}',
    ['3:3 not read, so the chain is not called: type filter hook input priority early'],
    1,
  ],
];

for (const [what, text, expected, count] of DAMAGED) {
  test(`text with ${what}`, () => {
    const { tables, problems } = readNftText(text);
    assert.deepEqual(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      expected,
    );
    const table = tables.find(({ name }) => name === 'fw');
    assert.equal(rules(table, 'in').length, count);
  });
}

test('text that is cut off anywhere is named, or is whole; what is left of its last rule decides nothing', () => {
  const whole = LISTING.lastIndexOf('}');
  for (let end = LISTING.indexOf('table inet') + 12; end < LISTING.length; end++) {
    const { tables, problems } = readNftText(LISTING.slice(0, end));
    const last = problems.at(-1)?.message ?? '';
    if (end <= whole)
      assert.match(
        last,
        /^(the input ends inside|this does not belong|not known)/,
        LISTING.slice(0, end),
      );
    for (const rule of rules(tables[1], 'in')) {
      const accepted = outcome(
        rule,
        packet({ inInterface: 'lo', destinationPort: 21 }),
        UNKNOWN_NODE,
      );
      assert.match(accepted, /^(accept|no|stolen)/);
    }
  }
});

const JSON_LISTING = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6', json_schema_version: 1 } },
    { table: { family: 'ip', name: 't', handle: 1 } },
    {
      chain: {
        family: 'ip',
        table: 't',
        name: 'c',
        handle: 1,
        type: 'filter',
        hook: 'input',
        prio: -110,
        policy: 'drop',
      },
    },
    {
      rule: {
        family: 'ip',
        table: 't',
        chain: 'c',
        handle: 2,
        comment: 'x',
        expr: [{ counter: { packets: 1, bytes: 60 } }, { accept: null }],
      },
    },
    { rule: { family: 'ip', table: 't', chain: 'c', handle: 3, expr: [{ drop: null }] } },
  ],
});

test('JSON on one line and on many', () => {
  for (const [text, lines] of [
    [JSON_LISTING, [1, 1]],
    [JSON.stringify(JSON.parse(JSON_LISTING), null, 2), [28, 48]],
  ] as const) {
    const { tables, problems } = readNftJson(text);
    assert.deepEqual(problems, []);
    const found = rules(tables[0], 'c');
    assert.deepEqual(
      found.map((rule) => rule.text),
      ['counter accept comment "x"', 'drop'],
    );
    assert.deepEqual(found[0]?.counters, { packets: 1, bytes: 60 });
    assert.deepEqual(
      found.map(({ line }) => line),
      lines,
    );
  }
});

test('damaged JSON: what is whole is used, the rest has its place', () => {
  const at = (item: string) => `1:${JSON_LISTING.indexOf(item) + 1}`;
  const [table, chain, first, last] = [
    '{"table":',
    '{"chain":',
    '{"rule":',
    '{"rule":{"family":"ip","table":"t","chain":"c","handle":3',
  ];
  const cases: [text: string, problems: string[], rules: number][] = [
    [
      JSON_LISTING.replace('"expr":[{"counter"', '"expr":[{oops"counter"'),
      [`${at(first)} this item is damaged: it is not JSON`],
      1,
    ],
    [
      JSON_LISTING.slice(0, -20),
      [
        `1:${JSON_LISTING.length - 19} the input ends inside the item that begins in column ${at(last).slice(2)}`,
      ],
      1,
    ],
    [JSON_LISTING.slice(0, -2), [`1:${JSON_LISTING.length - 1} the input ends inside the list`], 2],
    [
      JSON_LISTING.replace(table, '{"fable":'),
      [
        `${at(chain)} this chain belongs`,
        `${at(first)} this rule belongs`,
        `${at(last)} this rule belongs`,
      ],
      0,
    ],
    ['[]', ['1:1 this is not what nft -j prints'], 0],
  ];
  for (const [text, expected, count] of cases) {
    const { tables, problems } = readNftJson(text);
    const found = problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    assert.deepEqual(
      found.map((one, i) => one.slice(0, expected[i]?.length)),
      expected,
    );
    assert.equal(rules(tables[0], 'c').length, count);
  }
});

test('what nests deeper than people write is not read, and not fatal', () => {
  const brackets = '('.repeat(20_000);
  for (const words of [
    `tcp dport ${brackets}80${')'.repeat(20_000)} drop`,
    `meta mark ${'jhash '.repeat(20_000)}drop`,
    `meta mark set meta mark${' | 1'.repeat(20_000)}`,
  ]) {
    const { tables } = readNftText(`table ip t {\nchain c {\n${words}\n}\n}`);
    const [rule] = rules(tables[0], 'c');
    assert.match(rule ? outcome(rule, packet(), UNKNOWN_NODE) : '', /^(matches|stolen)/);
  }
});

test('JSON that is none of nft is asked for, or is a problem', () => {
  const match = (left: string) =>
    JSON_LISTING.replace(
      '{"counter":',
      `{"match":{"op":"==","left":${left},"right":1}},{"counter":`,
    );
  for (const left of ['{"&":5}', JSON.stringify({ '|': Array(20_000).fill(1) })]) {
    const { tables, problems } = readNftJson(match(left));
    assert.deepEqual(problems, []);
    const [rule] = rules(tables[0], 'c');
    assert.match(rule ? outcome(rule, packet(), UNKNOWN_NODE) : '', /^matches/);
  }
  const deep = `${'{"elem":{"val":'.repeat(5_000)}1${'}}'.repeat(5_000)}`;
  const { tables, problems } = readNftJson(match(deep));
  assert.match(problems[0]?.message ?? '', /nested too deep$/);
  assert.equal(rules(tables[0], 'c').length, 1);
});

test('a map of 30,000 elements is looked up in constant time', () => {
  const elements = Array.from(
    { length: 30_000 },
    (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255} . tcp . 80 : goto svc-${i}`,
  );
  const map = `map m {\n type ipv4_addr . inet_proto . inet_service : verdict\n elements = { ${elements.join(',\n')} }\n}`;
  const text = `table ip t {\n${map}\nchain c {\nip daddr . meta l4proto . th dport vmap @m\n}\n}`;
  const [rule] = rules(readNftText(text).tables[0], 'c');
  assert.ok(rule);
  const hit = packet({ destination: ip('10.0.117.47') });
  const miss = packet({ destination: ip('10.9.9.9') });
  assert.equal(outcome(rule, hit, UNKNOWN_NODE), 'goto svc-29999');
  const start = performance.now();
  for (let i = 0; i < 10_000; i++) assert.equal(outcome(rule, miss, UNKNOWN_NODE), 'no');
  assert.ok(performance.now() - start < 5_000, 'a scan of the elements would take minutes');
});
