import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAddresses } from '../../src/nodes/parse-addresses.ts';
import { parseFacts } from '../../src/nodes/parse-facts.ts';
import { parseRecord } from '../../src/nodes/parse-record.ts';
import { lastLine } from '../../src/nodes/plain-line.ts';
import { readServiceRules } from '../../src/nodes/service-rules.ts';
import { explainSshFailure } from '../../src/nodes/ssh-errors.ts';
import { parseTranscript, type Section, section } from '../../src/nodes/transcript.ts';
import { NodeRecord } from '../../src/snapshot/records.ts';

const MARK = 'extip-0123456789abcdef0123456789abcdef';
const IP = '20.1.0.167';
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** One parser of what nodes send back: it takes a text made of its own words, and checks itself. */
export interface Fuzzed {
  name: string;
  /** What the parser looks for: noise of these gets further than noise alone. */
  words: string[];
  /** What stands before a flood of one word, so that the parser looks at it at all. */
  leads?: string[];
  parse(text: string): void;
}

export const parsers: Fuzzed[] = [
  {
    name: 'transcript',
    leads: [`\n${MARK} begin a\n`],
    words: [`\n${MARK} begin `, `\n${MARK} end `, `\n${MARK} complete`, MARK, '0', '\r\n', 'NaN'],
    parse(text) {
      const { sections, lastWords } = parseTranscript(Buffer.from(text), Buffer.from(text), MARK);
      for (const name of sections.keys()) assert.doesNotMatch(name, /\n/);
      assert.equal(typeof lastWords, 'string');
    },
  },
  {
    name: 'facts',
    words: [
      '"ifname":"eth0"',
      '"flags":[]',
      '{',
      '}',
      '[',
      ']',
      ',',
      '\x1b[2J',
      '\u202e',
      '%',
      ' ',
    ],
    parse(text) {
      const names = [
        'login',
        'machine-id',
        'hostname',
        'uid',
        'arping',
        'records',
        `record ${IP}.json`,
      ];
      const sections = new Map(names.map((name) => [name, sectionOf(text)]));
      sections.set('addresses', sectionOf('[]'));
      const facts = parseFacts(sections);
      assert.doesNotMatch(facts.hostname, CONTROL);
      for (const { reason } of facts.damagedRecords) assert.doesNotMatch(reason, CONTROL);
    },
  },
  {
    name: 'addresses',
    words: [
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"ifname"',
      '"flags"',
      '"addr_info"',
      '"local"',
      '"eth0"',
      '"UP"',
      '1e999',
      'null',
    ],
    parse(text) {
      try {
        for (const { name } of parseAddresses(text)) assert.doesNotMatch(name, /[\s/\p{Cc}]/u);
      } catch (error) {
        // parseFacts turns any Error into one that says which program printed it.
        assert.ok(error instanceof Error && error.name !== 'AssertionError', String(error));
      }
    },
  },
  {
    name: 'record',
    words: [
      '{',
      '}',
      ',',
      ':',
      '"version":1',
      `"ip":"${IP}"`,
      '"prefix":32',
      '"services":[',
      ']',
      '"__proto__":{}',
    ],
    parse(text) {
      const result = parseRecord(`${IP}.json`, text);
      if ('record' in result) assert.ok(NodeRecord.safeParse(result.record).success);
      else assert.doesNotMatch(result.reason, CONTROL);
    },
  },
  {
    name: 'service rules',
    leads: ['*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j DROP '],
    words: [
      '*nat\n',
      ':KUBE-SERVICES - [0:0]\n',
      '-A KUBE-SERVICES ',
      `-d ${IP}/32 `,
      ' -p tcp ',
      '--dport 80 ',
      '-j KUBE-EXT-',
      'REJECT',
      '\n',
      `${IP} . tcp . 80 `,
    ],
    parse(text) {
      for (const name of ['iptables-nft-save', 'map service-ips']) {
        const rules = readServiceRules(IP, new Map([[name, sectionOf(text)]]));
        if ('of' in rules) rules.of({ port: 80, protocol: 'TCP' });
      }
    },
  },
  {
    name: "ssh's words",
    words: [
      'Connection ',
      'closed by',
      'Permission denied',
      'host key is known for ',
      ' and you have requested strict',
      'Authenticated to ',
      '\x1b[',
      '\x1b]0;',
      '\n',
      '\u009b',
    ],
    parse(text) {
      assert.doesNotMatch(explainSshFailure('k0', text).message, CONTROL);
      assert.doesNotMatch(lastLine(text), CONTROL);
    },
  },
];

function sectionOf(stdout: string): Section {
  return section(Buffer.from(stdout), stdout, 0);
}

/** Throws with the seed and the shortest text that the parser does not take. */
export function fuzz({ words, parse }: Fuzzed, options: { numRuns: number; seed: number }): void {
  const word = fc.oneof(
    fc.constantFrom(...words),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.json({ maxDepth: 3 }),
  );
  const text = fc.array(word, { maxLength: 30 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, parse), options);
}

const SIZE = 512 * 1024;
const MAX_SECONDS = 10;

/** Half a megabyte of each word, in one line: seconds, where a pattern gone astray takes hours. */
export function flood({ name, words, leads, parse }: Fuzzed): void {
  for (const word of words) {
    for (const lead of ['', ...(leads ?? [])]) {
      const text = lead + word.repeat(Math.ceil(SIZE / word.length));
      const began = performance.now();
      parse(text);
      const seconds = (performance.now() - began) / 1000;
      assert.ok(seconds < MAX_SECONDS, `${name}: ${seconds.toFixed(1)} s for ${word}`);
    }
  }
}
