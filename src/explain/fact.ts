import type { Question } from '../net/netfilter/rules.ts';
import type { Fact } from './explanation.ts';

/**
 * A fact as it is told. Of what would settle it, flags are offered and no files: `explain --rules`
 * takes none of a node's.
 */
export function toFact({ text, settledBy }: Question): Fact {
  return { fact: text, settledBy: settledBy?.startsWith('--') ? settledBy : null };
}
