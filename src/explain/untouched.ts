import type { Ip } from '../net/ip.ts';
import type { PhaseRecord, SectionRecord } from './explanation.ts';
import { namesAddress } from './names-address.ts';

/** What rules do to a packet without deciding anything about it. */
const PASSING = new Set([
  ...['match', 'jump', 'goto', 'return', 'continue', 'chain-end', 'log', 'mark'],
  ...['connmark', 'set', 'unknown', 'balance'],
]);

/**
 * Why no rule has to do with a packet to this address: none names it, or those that do ask for
 * another port or protocol. null: some rule that was visited decides about it or names it. That it was
 * accepted decides too: behind it stand other rules, or a policy.
 */
export function untouched(
  address: Ip,
  phases: readonly PhaseRecord[],
  sections: readonly SectionRecord[],
  lineNaming: (address: Ip) => number | null,
): string | null {
  const first = firstLeg(sections);
  // What is not in the rules may have to do with it.
  if (sections.some(({ end }) => end?.reason === 'ipvs' || end?.reason === 'ebpf')) return null;
  const own = phases.filter(({ section }) => first.has(section));
  // To read what a rule names takes longer: only where nothing else says it.
  if (own.some(decides) || own.some(({ rule }) => rule !== null && names(rule, address)))
    return null;
  const line = lineNaming(address);
  return line === null
    ? 'no rule names this address'
    : `rules name this address (line ${line}), and none of them matches the packet`;
}

function decides({ rule, action, effect }: PhaseRecord): boolean {
  return rule === null ? action === 'policy' && effect === 'drop' : !PASSING.has(action);
}

/** Whose elements are destinations. */
const ASKS_A_SET = /--match-set \S+ \S*dst|daddr\b.*@/;

function names(rule: string, address: Ip): boolean {
  return ASKS_A_SET.test(rule) || namesAddress(rule, address);
}

/** The sections of the packet's own way, not of the answer's. */
function firstLeg(sections: readonly SectionRecord[]): ReadonlySet<number> {
  const found = new Set([0]);
  // Sections that follow are added while the set is gone through.
  for (const section of found) {
    for (const { section: next } of sections[section]?.next ?? []) found.add(next);
  }
  return found;
}
