import type { Probe } from './probe.ts';
import { type Family, observer } from './topology.ts';

export type Dialect = 'iptables-nft' | 'iptables-legacy' | 'nft';

/** The tables of iptables, and the hooks that each has a chain at. */
export const builtInHooks: Readonly<Record<string, readonly string[]>> = {
  raw: ['prerouting', 'output'],
  mangle: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  nat: ['prerouting', 'input', 'output', 'postrouting'],
  filter: ['input', 'forward', 'output'],
};

/** What is played: rules, the node's settings, and packets, all of one family. */
export interface Case {
  family: Family;
  dialect: Dialect;
  /** Of the node, by path below /proc/sys. */
  sysctls: Readonly<Record<string, string>>;
  tables: readonly TableDraft[];
  probes: readonly Probe[];
}

export interface TableDraft {
  name: string;
  /** Sets and maps of nft. */
  declarations: readonly string[];
  chains: readonly ChainDraft[];
}

export interface ChainDraft {
  name: string;
  /** null: a user's chain. `hook` is for nft, e.g. `type nat hook prerouting priority -100`. */
  base: { hook: string | null; policy: 'accept' | 'drop' } | null;
  rules: readonly RuleDraft[];
}

/** A rule in parts, so that it can be shrunk. */
export interface RuleDraft {
  matches: readonly string[];
  /** Empty: the rule only counts. */
  target: string;
}

/** The rules as iptables-restore or nft -f takes them. */
export function ruleText({ dialect, tables }: Pick<Case, 'dialect' | 'tables'>): string {
  return dialect === 'nft'
    ? `flush ruleset\n${observer}\n${tables.map(nftTable).join('')}`
    : iptablesChains
        .map((empty) => iptablesTable(tables.find(({ name }) => name === empty.name) ?? empty))
        .join('');
}

/** The same for people: without what every case has. */
export function leanText({ dialect, tables }: Case): string {
  const text = dialect === 'nft' ? tables.map(nftTable) : tables.map(iptablesTable);
  return text.join('').replaceAll(/^table [^{]*\{\n\}\n/gm, '');
}

/** All of them are always loaded, so that a case replaces the rules of the one before it. */
const iptablesChains: readonly TableDraft[] = Object.entries(builtInHooks).map(([name, hooks]) => ({
  name,
  declarations: [],
  chains: hooks.map((hook) => ({
    name: hook.toUpperCase(),
    base: { hook: null, policy: 'accept' },
    rules: [],
  })),
}));

function iptablesTable({ name, chains }: TableDraft): string {
  return `*${name}\n${[
    ...chains.map((chain) => `:${chain.name} ${chain.base?.policy.toUpperCase() ?? '-'}`),
    ...chains.flatMap((chain) => chain.rules.map((rule) => iptablesRule(chain, rule))),
  ].join('\n')}\nCOMMIT\n`;
}

function nftTable({ name, declarations, chains }: TableDraft): string {
  const bodies = chains.map(({ name: chain, base, rules }) => {
    const lines = rules.map(nftRule);
    if (base) lines.unshift(`${base.hook}; policy ${base.policy};`);
    return `chain ${chain} {\n${lines.join('\n')}\n}\n`;
  });
  // Declared first, so that any chain may be jumped to from any other.
  const users = chains.filter(({ base }) => !base);
  const empty = users.map(({ name: chain }) => `chain ${chain} { }\n`);
  return `table ${name} {\n${empty.join('')}}\ntable ${name} {\n${declarations.join('\n')}\n${bodies.join('')}}\n`;
}

const iptablesRule = ({ name }: ChainDraft, { matches, target }: RuleDraft) =>
  ['-A', name, ...matches, target].join(' ');

/** No counter where the statement may say no after it: a map lacks the key, conntrack the entry. */
const nftRule = ({ matches, target }: RuleDraft) =>
  [...matches, ...(/vmap| map @|set ct mark/.test(target) ? [] : ['counter']), target].join(' ');

/** The case without the rules on these lines of its text (from 1), and without all like them. */
export function withoutLines(of: Case, lines: readonly number[]): Case {
  const text = ruleText(of).split('\n');
  const refused = new Set(lines.map((line) => text[line - 1]));
  const lineOf = (chain: ChainDraft, rule: RuleDraft) =>
    of.dialect === 'nft' ? nftRule(rule) : iptablesRule(chain, rule);
  const tables = of.tables.map((table) => ({
    ...table,
    chains: table.chains.map((chain) => ({
      ...chain,
      rules: chain.rules.filter((rule) => !refused.has(lineOf(chain, rule))),
    })),
  }));
  return { ...of, tables };
}
