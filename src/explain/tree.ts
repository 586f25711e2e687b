import type { Fact, Flow, PhaseRecord, SectionEnd, SectionRecord } from './explanation.ts';
import { fromTheEnds, joins } from './joins.ts';

/** A way as a person reads it: what happens in turn, and where it forks. */
export type Step =
  | { kind: 'phase'; phase: PhaseRecord }
  | {
      kind: 'fork';
      /** The rule that forks; null: the kernel's own doing. */
      at: PhaseRecord | null;
      question: Fact | null;
      /** All, or those that what follows the fork does not tell; none: one answer was taken. */
      branches: Branch[];
    }
  | { kind: 'end'; end: SectionEnd }
  /** It goes on as another branch did that was told before. */
  | { kind: 'as-before' };

export interface Branch {
  answer: string | null;
  /** Of all that come to the fork; null: a fact decides. */
  share: number | null;
  steps: Step[];
}

type Next = SectionRecord['next'][number];

/**
 * The packet's way from a section on, with what happened after a fork told once where its branches
 * meet again. Where they do not, what follows the fork is the longer way of a question. `all`: with
 * both branches of facts that made no difference; else with the longer one.
 */
export function buildTree(flow: Flow, start: number, { all }: { all: boolean }): Step[] {
  const { sections } = flow;
  const phases = Map.groupBy(flow.phases, ({ section }) => section);
  const meeting = joins(sections, start);
  const lengths = longestWays(sections, start, phases);
  const isToldFork = toldForks(flow, all);
  const told = new Set<number>();

  const tell = (from: number, stop: number | null): Step[] => {
    const steps: Step[] = [];
    for (let at: number | null = from; at !== null && at !== stop; ) {
      if (told.has(at)) return [...steps, { kind: 'as-before' }];
      told.add(at);
      const own = phases.get(at) ?? [];
      for (const phase of own) if (isTold(phase)) steps.push({ kind: 'phase', phase });
      const section: SectionRecord | undefined = sections[at];
      if (!section) break;
      if (section.end) steps.push({ kind: 'end', end: section.end });
      const { question, next }: SectionRecord = section;
      if (!isToldFork(section)) {
        at = longest(next)?.section ?? null;
        continue;
      }
      const rule = own.findLast((phase) => !isTold(phase)) ?? null;
      const join: number | null = meeting.get(at) ?? null;
      const goesOn: boolean = next.length === 1 || (next.length === 2 && join === null);
      const main: Next | undefined = question && goesOn ? longest(next) : undefined;
      const aside = question ? next.filter((it) => it !== main) : spreadOut(next, join);
      const branches = aside.map(({ section, answer, share }) => ({
        answer,
        share,
        steps: tell(section, join ?? stop),
      }));
      steps.push({ kind: 'fork', at: rule, question, branches });
      at = main ? main.section : join;
    }
    return steps;
  };

  const longest = (next: readonly Next[]): Next | undefined =>
    next.reduce<Next | undefined>((a, b) => (a && lengthOf(a) > lengthOf(b) ? a : b), undefined);
  const lengthOf = ({ section }: Next) => lengths.get(section) ?? 0;

  /** Rules that balance one after another are one choice among all that they lead to. */
  const spreadOut = (next: readonly Next[], join: number | null): Next[] => {
    const flat: Next[] = [];
    const waiting = next.toReversed();
    for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
      const inner = sections[whereItGoes(branch.section, join)];
      const isBalancing = inner && inner.next.length > 1 && !inner.question;
      if (isBalancing && (meeting.get(inner.section) ?? null) === join && isBare(inner)) {
        const { share } = branch;
        const part = (of: number | null) => (share === null || of === null ? null : share * of);
        waiting.push(...inner.next.map((it) => ({ ...it, share: part(it.share) })).toReversed());
      } else flat.push(branch);
    }
    return flat;
  };

  /** Past sections in which nothing is told. */
  const whereItGoes = (from: number, join: number | null): number => {
    for (let at = from; ; ) {
      const section = sections[at];
      const [only, ...others] = section?.next ?? [];
      if (!section || !only || others.length > 0 || section.question || !isBare(section)) return at;
      if (at === join) return at;
      at = only.section;
    }
  };
  const isBare = ({ section }: SectionRecord) => !(phases.get(section) ?? []).some(isTold);

  return tell(start, null);
}

/** Whether a section ends in a fork that is told. */
function toldForks({ undetermined }: Flow, all: boolean): (section: SectionRecord) => boolean {
  const facts = new Set(undetermined.map(({ fact }) => fact));
  return ({ question, next }) => (question ? all || facts.has(question.fact) : next.length > 1);
}

/** How many forks there are to tell; rules that balance one after another are one. */
export function countForks(flow: Flow, all: boolean): number {
  const busy = new Set(flow.phases.filter(isTold).map(({ section }) => section));
  const isToldFork = toldForks(flow, all);
  return flow.sections.filter((it) => isToldFork(it) && (it.question || busy.has(it.section)))
    .length;
}

/** How many sections and phases there are from a section on, on the longest of its ways. */
function longestWays(
  sections: readonly SectionRecord[],
  start: number,
  phases: ReadonlyMap<number, readonly PhaseRecord[]>,
): ReadonlyMap<number, number> {
  const lengths = new Map<number, number>();
  for (const at of fromTheEnds(sections, start)) {
    const below = sections[at]?.next.map(({ section }) => lengths.get(section) ?? 0) ?? [];
    const own = (phases.get(at) ?? []).filter(isTold).length;
    lengths.set(at, 1 + own + Math.max(0, ...below));
  }
  return lengths;
}

/** A fork is told as a fork. */
function isTold({ action }: PhaseRecord): boolean {
  return action !== 'balance' && action !== 'unknown';
}
