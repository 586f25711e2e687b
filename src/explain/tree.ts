import type { Fact, Flow, PhaseRecord, SectionEnd, SectionRecord } from './explanation.ts';
import { joins } from './joins.ts';

/** A way as a person reads it: what happens in turn, and where it forks. */
export type Step =
  | { kind: 'phase'; phase: PhaseRecord }
  | {
      kind: 'fork';
      /** The rule that forks; null: the kernel's own doing. */
      at: PhaseRecord | null;
      question: Fact | null;
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

/**
 * The packet's way from a section on, with what happened after a fork told once where its branches
 * meet again. `all`: with both branches of facts that made no difference; else with the longer one.
 */
export function buildTree(flow: Flow, start: number, { all }: { all: boolean }): Step[] {
  const { sections } = flow;
  const phases = Map.groupBy(flow.phases, ({ section }) => section);
  const meeting = joins(sections, start);
  const undetermined = new Set(flow.undetermined.map(({ fact }) => fact));
  const told = new Set<number>();

  const tell = (from: number, stop: number | null): Step[] => {
    const steps: Step[] = [];
    for (let at: number | null = from; at !== null && at !== stop; ) {
      if (told.has(at)) return [...steps, { kind: 'as-before' }];
      told.add(at);
      const own = phases.get(at) ?? [];
      steps.push(...own.filter(isTold).map((phase) => ({ kind: 'phase' as const, phase })));
      const section: SectionRecord | undefined = sections[at];
      if (!section) break;
      if (section.end) steps.push({ kind: 'end', end: section.end });
      const join: number | null = meeting.get(at) ?? null;
      if (section.next.length > 1 || section.question) {
        const at = own.findLast((phase) => !isTold(phase)) ?? null;
        steps.push(...fork(section, at, join ?? stop));
      }
      at = join;
    }
    return steps;
  };

  const fork = (
    { question, next }: SectionRecord,
    at: PhaseRecord | null,
    join: number | null,
  ): Step[] => {
    const branches = next.map(({ section, answer, share }) => ({
      answer,
      share,
      steps: tell(section, join),
    }));
    if (question && !all && !undetermined.has(question.fact)) return longest(branches);
    const flat = question ? branches : branches.flatMap(flatten);
    return [{ kind: 'fork', at, question, branches: flat }];
  };

  return tell(start, null);
}

/** A fork is told as a fork. */
function isTold({ action }: PhaseRecord): boolean {
  return action !== 'balance' && action !== 'unknown';
}

function longest(branches: readonly Branch[]): Step[] {
  const [first, ...others] = branches.map(({ steps }) => steps);
  return others.reduce((a, b) => (b.length > a.length ? b : a), first ?? []);
}

/** Rules that balance one after another are one choice among all that they lead to. */
function flatten(branch: Branch): Branch[] {
  const [only, ...others] = branch.steps;
  if (only?.kind !== 'fork' || only.question || others.length > 0) return [branch];
  return only.branches.map((inner) => ({
    ...inner,
    share: branch.share === null || inner.share === null ? null : branch.share * inner.share,
  }));
}
