import type { Fact, PhaseRecord, SectionEnd } from '../explain/explanation.ts';
import type { Branch } from '../explain/tree.ts';
import { connectionsText } from '../explain/words/share.ts';
import { verdictText } from './verdict-text.ts';

/** The chain; of a base chain, at depth 1, with its table. */
export function placeText({ table, chain }: PhaseRecord, depth: number): string {
  return depth === 1 ? `${table} ${chain}` : `${chain}`;
}

/** The question above its branches; one alone has no title of its own. */
export function questionText(question: Fact, branches: readonly Branch[]): string {
  const [only, ...others] = branches;
  const text = askText(question, branches);
  return only && others.length === 0 ? `${text} If ${conditionText(only.answer)}:` : text;
}

/** The question; with no branches the answer that was taken. */
export function askText({ fact }: Fact, branches: readonly Branch[]): string {
  return branches.length === 0 ? `${fact}: taken to be so` : `${fact}?`;
}

/** Of an answer what stands behind 'if'. */
export function conditionText(answer: string | null): string {
  return { yes: 'so', no: 'not' }[answer ?? ''] ?? `it is ${answer}`;
}

/** The title of a branch that chance decides on. */
export function chanceText({ share, answer }: Branch): string {
  if (share === null) return answer ?? '';
  return connectionsText(share);
}

/** The verdict where a way ends. */
export function endText({ outcome, reason, leg }: SectionEnd): string {
  const text = verdictText({ outcome, reason, rule: null });
  return leg === 'first' ? text : `the answer is ${text}`;
}
