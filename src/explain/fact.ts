import type { Question } from '../net/netfilter/rules.ts';
import type { Fact } from './explanation.ts';

/** What is offered to a person of what would settle a fact; null: nothing that they can give. */
export type Settle = (by: string) => string | null;

/** Of `explain --rules`: flags and no files, because it takes none of a node's. */
export const settledByFlag: Settle = (by) => (by.startsWith('--') ? by : null);

/** A fact as it is told. */
export function toFact({ text, settledBy }: Question, settle: Settle): Fact {
  return { fact: text, settledBy: settledBy && settle(settledBy) };
}
