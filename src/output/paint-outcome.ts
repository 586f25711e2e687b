import type { ChalkInstance } from 'chalk';
import type { Verdict } from '../explain/explanation.ts';

/** Whoever sent it gets no answer, or a refusal. */
export function isLost(outcome: Verdict['outcome']): boolean {
  return outcome === 'dropped' || outcome === 'rejected';
}

/** The colour of an outcome. */
export function painted(outcome: Verdict['outcome'], colors: ChalkInstance) {
  if (outcome === 'undetermined') return colors.yellow;
  return isLost(outcome) ? colors.red : colors.green;
}
