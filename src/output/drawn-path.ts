import type { Flow, PhaseRecord, RulePlace } from '../explain/explanation.ts';
import { foldAlike } from '../explain/fold-alike.ts';
import { buildTree, countForks, type Step } from '../explain/tree.ts';
import { withoutIdle } from '../explain/without-idle.ts';

/** More forks than this are no drawing that anyone reads. */
const MOST_FORKS = 200;

/**
 * The way from a section on as it is drawn, with the rules: without what is of no consequence unless
 * `all` is asked for; null: it forks too often.
 */
export function drawnPath(flow: Flow, start: number, { all }: { all: boolean }): Step[] | null {
  if (countForks(flow, all) > MOST_FORKS) return null;
  const steps = buildTree(flow, start, { all });
  return foldAlike(all ? steps : withoutIdle(steps), ({ section: _, ...told }) => told);
}

/** Whether it is this rule, or this chain's policy, that the phase is of. */
export function isOfRule(phase: PhaseRecord, place: RulePlace): boolean {
  if (phase.table !== place.table || phase.chain !== place.chain) return false;
  if (place.rule === null) return phase.action === 'policy';
  return phase.rule === place.rule && phase.line === place.line;
}
