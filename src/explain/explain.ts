import type { Ip } from '../net/ip.ts';
import type { Table } from '../net/netfilter/rules.ts';
import type { Phase } from '../net/netfilter/walk/result.ts';
import { type Summary, summarize } from '../net/netfilter/walk/summary.ts';
import { walk } from '../net/netfilter/walk.ts';
import type { AssumedFact, Flow, SectionRecord, Verdict } from './explanation.ts';
import { toFact } from './fact.ts';
import { PhaseWords } from './phase-words.ts';
import { recordSections } from './record-sections.ts';
import type { Request } from './request.ts';
import { untouched } from './untouched.ts';

/**
 * Walks the packet through the rules and tells all of it. `lineNaming`: the first line of the input
 * that names an address as a word; null: none.
 */
export function explainFlow(
  { asked, node }: Request,
  tables: readonly Table[],
  lineNaming: (address: Ip) => number | null,
): Flow {
  const root = walk(asked, tables, node);
  const summary = summarize(root);
  const words = new PhaseWords(tables);
  const { phases, sections } = recordSections(root, (phase) => words.tell(phase));
  const { protocol, source, destination, destinationPort, inInterface } = asked.packet;
  return {
    node: null,
    nodes: [],
    service: null,
    holder: null,
    origin: asked.origin,
    packet: {
      protocol,
      source: source.text,
      destination: destination.text,
      destinationPort: destinationPort ?? null,
      inInterface: inInterface ?? null,
    },
    verdict: verdictOf(summary.verdict),
    fix: null,
    reply: summary.reply && verdictOf(summary.reply),
    backends: summary.backends.map(({ address, port, share }) => ({
      address: address.text,
      port: port ?? null,
      share,
    })),
    masquerade: summary.masquerade,
    untouched: untouched(destination, phases, sections, lineNaming),
    assumed: [...(tables.length === 0 ? [NO_RULES] : []), ...assumedFacts(summary, sections)],
    undetermined: summary.open.map(toFact),
    phases,
    sections,
  };
}

/** A dump with nothing in it says no more than that. */
const NO_RULES: AssumedFact = { fact: 'the node has no rules', settledBy: null, harmless: false };

function verdictOf({ outcome, reason, by }: Summary['verdict']): Verdict {
  return { outcome, reason, rule: by && placeOf(by) };
}

function placeOf({ table, chain, rule }: Phase): Verdict['rule'] {
  if (!table || !chain) return null;
  return {
    file: null,
    table: table.name,
    chain: chain.name,
    rule: rule?.text ?? null,
    line: rule?.line ?? null,
  };
}

/** Of a fact that was taken to be so only one answer was followed. */
function assumedFacts({ assumed }: Summary, sections: readonly SectionRecord[]): AssumedFact[] {
  const taken = new Set(
    sections.flatMap(({ question, next }) => (question && next.length === 1 ? question.fact : [])),
  );
  return assumed.map((it) => ({ ...toFact(it), harmless: !taken.has(it.text) }));
}
