import type { Problem } from '../problem.ts';
import { BUILT_IN, isTableName } from './built-in-chains.ts';
import type { Section } from './line-index.ts';
import type { RuleSource } from './rule-source.ts';
import type { TableHead } from './table.ts';

export interface ReadOptions {
  /** Where neither header nor addresses say; IPv4 without it. */
  family?: 4 | 6;
  /** Where no header says; else what the other headers say, or iptables-nft. */
  variant?: TableHead['variant'] | undefined;
}

/**
 * Which table a section is. A header and `*nat` say so; else it is told from built-in chains, targets
 * and addresses, and what stays a guess is a problem. null: a table that iptables does not have.
 */
export function identifyTable(
  section: Section,
  source: RuleSource,
  options: ReadOptions,
  problems: Problem[],
): TableHead | null {
  const problem = (message: string) => problems.push({ line: section.line, column: 1, message });
  const name = section.table ?? section.header.table ?? guessName(section, source);
  if (!isTableName(name)) {
    problem(`iptables has no table of this name: ${name}`);
    return null;
  }
  if (section.table === null && !section.header.table)
    problem(`no table is named: read as ${name}`);
  const said = section.header.family ?? guessFamily(section, source) ?? options.family;
  if (said === undefined && saysAnything(section))
    problem('neither IPv4 nor IPv6 is said: read as IPv4');
  return {
    name,
    family: said === 6 ? 'ip6' : 'ip',
    variant: section.header.variant ?? options.variant ?? 'iptables-nft',
  };
}

function saysAnything({ chains }: Section): boolean {
  return chains
    .names()
    .some((_, chain) => chains.policyOf(chain) === 'drop' || chains.runsOf(chain).length > 0);
}

const SIGN_OF_FAMILY =
  /\s(?:-s|-d|--to-destination|--to-source|--to|--ctorig\w+|--src-range|--dst-range)\s+(?:!\s+)?\[?([0-9a-fA-F.:]+)|(icmp6|icmpv6|ipv6-icmp)|(\s-p icmp\s|icmp-\w+-unreachable)/;

function guessFamily(section: Section, source: RuleSource): 4 | 6 | undefined {
  for (const text of textsOf(section, source)) {
    const [, address, v6, v4] = SIGN_OF_FAMILY.exec(text) ?? [];
    if (address) return /:.*:/.test(address) ? 6 : 4;
    if (v6 ?? v4) return v6 ? 6 : 4;
  }
  return undefined;
}

/** Chains that only kube-proxy's nat table has. */
const KUBE_NAT = /^KUBE-(SVC|SVL|SEP|EXT|XLB|FW)-|^KUBE-(MARK-MASQ|POSTROUTING)$/;

function guessName(section: Section, source: RuleSource): string {
  const names = section.chains.names();
  const builtIn = names.filter((name) => BUILT_IN.has(name));
  const has = (...chains: string[]) => chains.every((chain) => builtIn.includes(chain));
  if (has('FORWARD', 'PREROUTING')) return 'mangle';
  if (has('FORWARD')) return 'filter';
  if (has('POSTROUTING') || names.some((name) => KUBE_NAT.test(name))) return 'nat';
  for (const text of textsOf(section, source)) {
    if (/\s-j (DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\b/.test(text)) return 'nat';
    if (/\s-j (CT|NOTRACK)\b/.test(text)) return 'raw';
  }
  return has('PREROUTING') ? 'nat' : 'filter';
}

function* textsOf({ chains }: Section, source: RuleSource): Generator<string> {
  for (let chain = 0; chain < chains.size; chain++) {
    const runs = chains.runsOf(chain);
    for (let at = 0; at < runs.length; at += 2) {
      const [first = 0, count = 0] = [runs[at], runs[at + 1]];
      for (let rule = first; rule < first + count; rule++) yield source.textOf(rule);
    }
  }
}
