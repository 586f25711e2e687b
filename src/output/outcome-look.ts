import type { Outcome } from '../net/netfilter/walk/result.ts';

/** `good` it arrives, `lost` it does not, `open` nobody knows. */
export type OutcomeLook = 'good' | 'lost' | 'open';

/** What a drawing says of an outcome by its colour. */
export function lookOf(outcome: Outcome): OutcomeLook {
  if (outcome === 'undetermined') return 'open';
  return outcome === 'dropped' || outcome === 'rejected' ? 'lost' : 'good';
}
