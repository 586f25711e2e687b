import type { Ip } from '../net/ip.ts';
import type { Table } from '../net/netfilter/rules.ts';
import type { Phase } from '../net/netfilter/walk/result.ts';
import { type Summary, summarize } from '../net/netfilter/walk/summary.ts';
import { walk } from '../net/netfilter/walk.ts';
import type { AssumedFact, Flow, SectionRecord, Verdict } from './explanation.ts';
import { type Settle, settledByFlag, toFact } from './fact.ts';
import { PhaseWords } from './phase-words.ts';
import { recordSections } from './record-sections.ts';
import type { Request } from './request.ts';
import { untouched } from './untouched.ts';

/** How what a walk finds is told. */
export interface Telling {
  /** The first line of the rules that names an address as a word; null: none. */
  lineNaming(address: Ip): number | null;
  settle: Settle;
  /** The file that has the table's rules; null: the dump that was given. */
  fileOf(table: Table): string | null;
  /** What is taken to be so, whatever the walk comes to. */
  assumed: readonly AssumedFact[];
}

/** Of a dump that a person gave: flags settle what it does not say. */
export function tellingOfDump(
  tables: readonly Table[],
  lineNaming: Telling['lineNaming'],
): Telling {
  const assumed = tables.length === 0 ? [NO_RULES] : [];
  return { lineNaming, settle: settledByFlag, fileOf: () => null, assumed };
}

/** Walks the packet through the rules and tells all of it. */
export function explainFlow(
  { asked, node }: Request,
  tables: readonly Table[],
  telling: Telling,
): Flow {
  const { settle, fileOf } = telling;
  const root = walk(asked, tables, node);
  const summary = summarize(root);
  const words = new PhaseWords(tables);
  const { phases, sections } = recordSections(root, (phase) => words.tell(phase), settle);
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
    clients: null,
    verdict: verdictOf(summary.verdict, fileOf),
    fix: null,
    reply: summary.reply && verdictOf(summary.reply, fileOf),
    backends: summary.backends.map(({ address, port, share }) => ({
      address: address.text,
      port: port ?? null,
      share,
    })),
    lost: summary.lost.map(({ by, ...loss }) => ({
      ...loss,
      rule: by && placeOf(by, fileOf),
      node: null,
      purpose: null,
    })),
    masquerade: summary.masquerade,
    untouched: untouched(destination, phases, sections, telling.lineNaming),
    assumed: [...telling.assumed, ...assumedFacts(summary, sections, settle)],
    undetermined: summary.open.map((it) => toFact(it, settle)),
    phases,
    sections,
  };
}

/** A dump with nothing in it says no more than that. */
const NO_RULES: AssumedFact = { fact: 'the node has no rules', settledBy: null, harmless: false };

type FileOf = Telling['fileOf'];

function verdictOf({ outcome, reason, by }: Summary['verdict'], fileOf: FileOf): Verdict {
  return { outcome, reason, rule: by && placeOf(by, fileOf) };
}

function placeOf({ table, chain, rule }: Phase, fileOf: FileOf): Verdict['rule'] {
  if (!table || !chain) return null;
  return {
    file: fileOf(table),
    table: table.name,
    chain: chain.name,
    rule: rule?.text ?? null,
    line: rule?.line ?? null,
  };
}

/** Of a fact that was taken to be so only one answer was followed. */
function assumedFacts(
  { assumed }: Summary,
  sections: readonly SectionRecord[],
  settle: Settle,
): AssumedFact[] {
  const taken = new Set(
    sections.flatMap(({ question, next }) => (question && next.length === 1 ? question.fact : [])),
  );
  return assumed.map((it) => ({ ...toFact(it, settle), harmless: !taken.has(it.text) }));
}
