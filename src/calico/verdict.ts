import type { Answer } from './answer.ts';
import type { Stage } from './endpoint-policies.ts';
import type { Policy } from './policies.ts';

/** What becomes of a packet at an interface, as far as Calico's host endpoints go. */
export interface Verdict {
  outcome: 'allowed' | 'denied' | 'unknown';
  /** The policy that decides; null: something else does. */
  policy: Pick<Policy, 'kind' | 'name' | 'namespace' | 'tier'> | null;
  /** The number of its rule, the first being 1; null: none of them, but that the tier ends. */
  rule: number | null;
  stage: Stage | null;
  /** In words, with the name of what decides. */
  reason: string;
}

export function allowed(reason: string): Verdict {
  return { outcome: 'allowed', policy: null, rule: null, stage: null, reason };
}

export function denied(reason: string): Verdict {
  return { outcome: 'denied', policy: null, rule: null, stage: null, reason };
}

export function unknown(reason: string): Verdict {
  return { outcome: 'unknown', policy: null, rule: null, stage: null, reason };
}

/** Follows both ways where it is not known which; they must come to the same. */
export function either(answer: Answer, ifYes: () => Verdict, ifNo: () => Verdict): Verdict {
  if (answer === 'yes') return ifYes();
  if (answer === 'no') return ifNo();
  const [yes, no] = [ifYes(), ifNo()];
  if (yes.outcome === no.outcome) return no;
  return { ...yes, outcome: 'unknown', reason: answer.unknown };
}

/** A rule that a packet may match, and what it decides then. */
export interface Decision {
  matches: Answer;
  decided(): Verdict;
}

/** What the first rule that matches decides, of which at most the last one is known to; else what is behind them. */
export function firstOf(rules: readonly Decision[], behind: () => Verdict): Verdict {
  return rules.reduceRight<() => Verdict>((later, { matches, decided }) => {
    const verdict = either(matches, decided, later);
    return () => verdict;
  }, behind)();
}
