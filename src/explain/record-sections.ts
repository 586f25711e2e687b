import type { Ip } from '../net/ip.ts';
import { isKnownAddress } from '../net/netfilter/unknown-address.ts';
import type { End, Phase, Section } from '../net/netfilter/walk/result.ts';
import type { PhaseRecord, SectionEnd, SectionRecord } from './explanation.ts';
import { type Settle, toFact } from './fact.ts';

/**
 * A walk as plain data: its sections in the order in which they are come to, numbered from 0, and
 * the phases of each. `tell` says what a phase is for; it is asked in the order of the walk.
 */
export function recordSections(
  root: Section,
  tell: (phase: Phase) => string,
  settle: Settle,
): { phases: PhaseRecord[]; sections: SectionRecord[] } {
  const numbers = new Map<Section, number>();
  const order: Section[] = [];
  const waiting = [root];
  for (let section = waiting.pop(); section; section = waiting.pop()) {
    if (numbers.has(section)) continue;
    numbers.set(section, order.length);
    order.push(section);
    waiting.push(...following(section).toReversed());
  }
  const numberOf = (section: Section) => numbers.get(section) ?? 0;
  return {
    phases: order.flatMap((section) =>
      section.phases.map((phase) => recordPhase(phase, numberOf(section), tell(phase))),
    ),
    sections: order.map((section) => recordSection(section, numberOf, settle)),
  };
}

function following({ next }: Section): readonly Section[] {
  if (!('kind' in next)) return [next];
  if (next.kind === 'branching') return next.branches.map(({ to }) => to);
  return next.reply ? [next.reply] : [];
}

function recordPhase(phase: Phase, section: number, purpose: string): PhaseRecord {
  const { hook, table, chain, rule, unmatched, action, effect } = phase;
  return {
    section,
    hook,
    table: table?.name ?? null,
    chain: chain?.name ?? null,
    rule: rule?.text ?? null,
    line: rule?.line ?? null,
    unmatched,
    action,
    effect,
    purpose,
    counters: rule?.counters ?? null,
  };
}

function recordSection(
  section: Section,
  numberOf: (section: Section) => number,
  settle: Settle,
): SectionRecord {
  const { next } = section;
  const number = numberOf(section);
  if (!('kind' in next)) {
    const only = { section: numberOf(next), answer: null, share: null };
    return { section: number, next: [only], question: null, end: null };
  }
  if (next.kind === 'end') {
    return { section: number, next: [], question: null, end: recordEnd(next, numberOf) };
  }
  const { question, branches } = next;
  return {
    section: number,
    next: branches.map(({ to, answer, share }) => ({ section: numberOf(to), answer, share })),
    question: question && toFact(question, settle),
    end: null,
  };
}

function recordEnd(end: End, numberOf: (section: Section) => number): SectionEnd {
  const { leg, outcome, reason, packet, reply } = end;
  return {
    leg,
    outcome,
    reason,
    source: textOf(packet.source),
    destination: textOf(packet.destination),
    destinationPort: packet.destinationPort ?? null,
    reply: reply && numberOf(reply),
  };
}

function textOf(ip: Ip): string | null {
  return isKnownAddress(ip) ? ip.text : null;
}
