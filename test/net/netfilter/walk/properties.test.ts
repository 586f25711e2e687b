import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hook, Rule, Step, Table } from '../../../../src/net/netfilter/rules.ts';
import { judge } from '../../../../src/net/netfilter/walk/judge.ts';
import type { Section } from '../../../../src/net/netfilter/walk/result.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { walkOf } from './ask.ts';
import * as t from './tables.ts';

const CHAINS = ['a', 'b', 'c', 'no such chain'];

const matches: fc.Arbitrary<Step> = fc.oneof(
  fc.boolean().map(
    (value): Step =>
      () =>
        value,
  ),
  fc.integer({ min: 0, max: 3 }).map(t.marked),
  fc.integer({ min: 0, max: 3 }).map(t.setMark),
  fc.constantFrom('none', 'new', 'established', 'related').map((state) => t.inState(state)),
  fc.constantFrom('a fact', 'another').map(t.nobodyKnows),
  fc.constant(t.unmodelled('x')),
  fc.double({ min: 0.01, max: 0.99, noNaN: true }).map(t.share),
  fc.constant(t.notrack),
);

const verdicts: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CHAINS).map(t.jump) },
  fc.constantFrom(...CHAINS).map(t.goto),
  fc.constantFrom(t.accept, t.drop, t.goBack, t.reject, t.masquerade, t.redirect(8080)),
  fc.constantFrom('10.0.0.2:80', '192.0.2.1', '10.0.0.2-10.0.0.4:1-2', '127.0.0.1:1').map(t.dnat),
);

const rules: fc.Arbitrary<Rule[]> = fc.array(
  fc
    .tuple(fc.array(matches, { maxLength: 2 }), fc.option(verdicts))
    .map(([all, verdict]) => t.rule(...all, ...(verdict ? [verdict] : []))),
  { maxLength: 5 },
);

const hooks = fc.constantFrom<Hook>('prerouting', 'input', 'forward', 'output', 'postrouting');
const types = fc.constantFrom<'filter' | 'nat' | 'route'>('filter', 'nat', 'route');

const tables: fc.Arbitrary<Table[]> = fc.array(
  fc
    .tuple(
      fc.uniqueArray(
        fc
          .tuple(hooks, types, fc.integer({ min: -300, max: 300 }), rules, fc.boolean())
          .map(([hook, type, priority, all, drop]) =>
            t.base(hook, type, priority, all, drop ? 'drop' : 'accept'),
          ),
        { selector: ({ name }) => name, maxLength: 4 },
      ),
      fc.tuple(rules, rules, rules),
    )
    .map(([bases, [a, b, c]]) =>
      t.table('t', [...bases, t.chain('a', ...a), t.chain('b', ...b), t.chain('c', ...c)]),
    ),
  { maxLength: 3 },
);

const packets = fc.constantFrom(
  'external 203.0.113.9 192.0.2.9:80 eth0',
  'external 203.0.113.9 192.0.2.1:80 eth0 udp',
  'pod 10.0.0.2 198.51.100.7:80 veth0',
  'pod 10.0.0.2 198.51.100.7 veth0 icmp',
  'node 192.0.2.1 203.0.113.9:80',
  'node 127.0.0.1 127.0.0.1:80',
);

test('a walk ends, whatever the rules; its shares add up to 1 unless a question decides', () => {
  fc.assert(
    fc.property(tables, packets, (all, packet) => {
      const first = judge(walkOf(packet, all), 'first', String);
      assert.ok(first);
      const shares = first.ends.map(({ share }) => share);
      if (first.open.length > 0 || shares.includes(null)) return;
      const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0);
      assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
    }),
    { numRuns: 300 },
  );
});

test('removing a rule that was not visited changes nothing', () => {
  fc.assert(
    fc.property(tables, packets, (all, packet) => {
      const before = walkOf(packet, all);
      const seen = rulesIn(before);
      const fewer = all.map((table) => without(table, (rule) => !seen.has(rule)));
      assert.deepEqual(essence(walkOf(packet, fewer)), essence(before));
    }),
    { numRuns: 300 },
  );
});

/** What a walk says, without the counts of rules that did not match. */
function essence(root: Section) {
  const { verdict, reply, backends, masquerade, open } = summarize(root);
  const strip = (it: typeof reply) => it && [it.outcome, it.reason];
  const texts = open.map(({ text }) => text);
  return [strip(verdict), strip(reply), backends, masquerade, texts];
}

function rulesIn(root: Section): Set<Rule> {
  const found = new Set<Rule>();
  const seen = new Set<Section>([root]);
  for (const section of seen) {
    for (const { rule } of section.phases) if (rule) found.add(rule);
    const { next } = section;
    if (!('kind' in next)) seen.add(next);
    else if (next.kind === 'branching') for (const { to } of next.branches) seen.add(to);
    else if (next.reply) seen.add(next.reply);
  }
  return found;
}

/** A base chain that loses all its rules keeps one that says nothing, and so its place. */
function without(table: Table, isLeftOut: (rule: Rule) => boolean): Table {
  const chain: Table['chain'] = (name) => {
    const whole = table.chain(name);
    if (!whole) return undefined;
    const all = Array.from({ length: whole.size }, (_, index) => whole.rule(index));
    const kept = all.filter((rule) => !isLeftOut(rule));
    const rest = kept.length > 0 || all.length === 0 ? kept : [t.rule(() => false)];
    return { name, size: rest.length, rule: (index) => rest[index] ?? assert.fail(name) };
  };
  return { ...table, chain };
}
