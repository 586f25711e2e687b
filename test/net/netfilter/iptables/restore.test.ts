import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseRule } from '../../../../src/net/netfilter/iptables/parse-rule.ts';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import { printRule } from './print-rule.ts';

const SEED = 1;
const RULES = 400;

const port = fc.integer({ min: 1, max: 65535 });
const ports = fc
  .tuple(fc.integer({ min: 1, max: 60000 }), fc.integer({ min: 1, max: 5000 }))
  .map(([first, more]) => `${first}:${first + more}`);
const mark = fc
  .tuple(fc.nat(0xffff), fc.nat(0xffff))
  .map(([a, b]) => `0x${a.toString(16)}/0x${b.toString(16)}`);
const inversion = fc.constantFrom('', '! ');
const name = fc.constantFrom('eth0', 'eth+', 'cali+', 'lo');
const comment = fc
  .string({ unit: fc.constantFrom(...'ab-!"\'\\ #;|$>:/'), minLength: 1, maxLength: 20 })
  .map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`);
const states = fc.subarray(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'DNAT'], { minLength: 1 });

function address(family: 4 | 6): fc.Arbitrary<string> {
  return family === 4
    ? fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`)
    : fc
        .tuple(fc.nat(0xffff), fc.nat(0xffff))
        .map(([a, b]) => `fd${a.toString(16).padStart(4, '0').slice(0, 2)}::${b.toString(16)}/128`);
}

function option(flag: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(inversion, value).map(([not, text]) => `${not}${flag} ${text}`);
}

function rule(family: 4 | 6): fc.Arbitrary<string> {
  const optional = (value: fc.Arbitrary<string>) => fc.option(value, { nil: '' });
  const transport = fc
    .constantFrom('tcp', 'udp')
    .chain((protocol) =>
      fc
        .tuple(
          optional(option('--sport', ports)),
          optional(option('--dport', port.map(String))),
          optional(ports.map((list) => `-m multiport --dports 22,${list}`)),
        )
        .map((parts) => `-p ${protocol} -m ${protocol} ${parts.join(' ')}`),
    );
  const match = fc.oneof(
    comment.map((text) => `-m comment --comment ${text}`),
    option('--mark', mark).map((text) => `-m mark ${text}`),
    option('--mark', mark).map((text) => `-m connmark ${text}`),
    option(
      '--ctstate',
      states.map((list) => list.join()),
    ).map((text) => `-m conntrack ${text}`),
    option('--dst-type', fc.constantFrom('LOCAL', 'UNICAST,LOCAL')).map(
      (text) => `-m addrtype ${text}`,
    ),
    fc.constant('-m statistic --mode random --probability 0.333333'),
    option('--every', fc.constant('3')).map((text) => `-m statistic --mode nth ${text} --packet 1`),
    fc.constant('-m recent --rcheck --seconds 30 --reap --name A --rsource'),
    option('--physdev-in', name).map((text) => `-m physdev ${text} --physdev-is-in`),
    fc.constant('-m limit --limit 5/min --limit-burst 7'),
  );
  const target = fc.oneof(
    fc.constantFrom('', '-j ACCEPT', '-j DROP', '-j RETURN', '-j OWN', '-g OWN', '-j REJECT'),
    fc
      .tuple(fc.constantFrom('set', 'or', 'and', 'xor'), fc.nat(0xffff))
      .map(([how, value]) => `-j MARK --${how}-mark ${value}`),
    mark.map((value) => `-j MARK --set-xmark ${value}`),
    mark.map((value) => `-j CONNMARK --set-xmark ${value}`),
    fc.constantFrom('-j CONNMARK --save-mark', '-j CONNMARK --restore-mark --mask 0xff'),
    comment.map((text) => `-j LOG --log-prefix ${text}`),
  );
  return fc
    .tuple(
      optional(option('-s', address(family))),
      optional(option('-d', address(family))),
      optional(option('-i', name)),
      optional(transport),
      fc.array(match, { maxLength: 3 }),
      target,
    )
    .map(([source, destination, device, protocol, matches, goal]) =>
      ['-A FORWARD', source, destination, device, protocol, ...matches, goal].join(' '),
    );
}

/** What the program's -save writes of rules that it loaded, in a network namespace of its own. */
function savedBy(program: string, rules: readonly string[]): string {
  const input = ['*filter', ':FORWARD ACCEPT [0:0]', ':OWN - [0:0]', ...rules, 'COMMIT', ''].join(
    '\n',
  );
  const script = `${program}-restore && ${program}-save -t filter`;
  return execFileSync('unshare', ['-n', 'sh', '-c', script], { input, encoding: 'utf8' });
}

suite('rules that were loaded and saved', () => {
  for (const program of ['iptables-nft', 'iptables-legacy', 'ip6tables-nft', 'ip6tables-legacy']) {
    test(`${program}: ${RULES} rules are read and printed as they were saved`, () => {
      const family = program.startsWith('ip6') ? 6 : 4;
      const saved = savedBy(program, fc.sample(rule(family), { numRuns: RULES, seed: SEED }));
      const { tables, checkAll } = readSave(saved);
      deepEqual(checkAll(), []);
      equal(tables[0]?.chain('FORWARD')?.size, RULES);
      for (const line of saved.split('\n').filter((text) => text.startsWith('-A'))) {
        equal(printRule(parseRule(line)), line);
      }
    });
  }
});
