import { deepEqual, equal } from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseRule } from '../../../../src/net/netfilter/iptables/parse-rule.ts';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import { joinWords } from '../../../../src/net/netfilter/iptables/words.ts';
import { printRule } from './print-rule.ts';

/** As xtables_save_string: quotes only where a character asks for them. */
const freeText = fc
  .string({ unit: fc.constantFrom(...'ab-!"\'\\ #;|$>é'), maxLength: 12 })
  .map((text) => joinWords([{ text, quoted: !/^[\w-]+$/.test(text) }]));

const match = fc.oneof(
  freeText.map((text) => `-m comment --comment ${text}`),
  fc.constantFrom(
    '-m tcp ! --dport 80',
    '-m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
    '-m conntrack ! --ctstate RELATED,ESTABLISHED',
    '-m set ! --match-set weave-;rGqyMIl1HN^cfDki~Z$3]6!N src,dst',
    '-m physdev --physdev-in tap0 --physdev-is-bridged',
    '-m physdev ! --physdev-is-in',
    '-m statistic --mode random --probability 0.33332999982',
    '-m ecn ! --ecn-tcp-ece ! --ecn-ip-ect 2',
    '-m policy --dir in --pol ipsec --proto esp --next --reqid 2',
    '-m addrtype ! --src-type LOCAL --limit-iface-out',
  ),
);

const rule = fc
  .record({
    counters: fc.constantFrom('', '[0:0] ', '[12:345678901] '),
    basic: fc.subarray([
      '-s 10.0.12.0/255.0.255.0',
      '! -d fd00::/64',
      '-i eth+',
      '! -o lo',
      '-p tcp',
    ]),
    matches: fc.array(match, { maxLength: 4 }),
    target: fc.oneof(
      fc.constantFrom('', '-j DROP', '-g OWN', '-j MARK --set-xmark 0x4000/0x4000'),
      freeText.map((text) => `-j LOG --log-prefix ${text}`),
    ),
  })
  .map(({ counters, basic, matches, target }) =>
    [`${counters}-A OWN`, ...basic, ...matches, target].filter((part) => part !== '').join(' '),
  );

suite('printRule', () => {
  test('writes what iptables-save wrote and parseRule read', () => {
    fc.assert(
      fc.property(rule, (line) => {
        const syntax = parseRule(line);
        equal(syntax.unread, null);
        equal(printRule(syntax), line);
      }),
    );
  });

  const rewritten: [string, string][] = [
    ['-A A -d ! 1.2.3.0/24', '-A A ! -d 1.2.3.0/24'],
    ['-A A -p tcp --dport ! 80', '-A A -p tcp -m tcp ! --dport 80'],
    ['-A  A   -m tcp  -p tcp --dport=80', '-A A -p tcp -m tcp --dport 80'],
    ['-A A --source 1.2.3.4 --jump B', '-A A -s 1.2.3.4 -j B'],
    ['-A A -c 1 2 -j B', '[1:2] -A A -j B'],
  ];
  for (const [written, printed] of rewritten) {
    test(`${written} is printed as ${printed}`, () => {
      equal(printRule(parseRule(written)), printed);
    });
  }
});

test('no damage crashes the reader', () => {
  const dump = '*nat\n:A - [0:0]\n-A A -d 10.0.0.1/32 -p tcp -m tcp --dport 80 -j B "x\nCOMMIT\n';
  fc.assert(
    fc.property(fc.nat(dump.length), fc.nat(9), fc.string(), (at, length, inserted) => {
      const damaged = dump.slice(0, at) + inserted + dump.slice(at + length);
      for (const { line, column } of readSave(damaged).checkAll()) {
        deepEqual([line >= 1, column >= 1], [true, true]);
      }
    }),
  );
});
