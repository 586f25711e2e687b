import type { Answer, Question } from '../rules.ts';

/** What came of looking something up: found, or the rule ends here (NFT_BREAK), or several ways. */
export type Outcome<T> =
  | { kind: 'value'; value: T }
  | { kind: 'none' }
  | {
      kind: 'fork';
      question: Question | null;
      branches: readonly { answer: string; share: number | null; gives: Outcome<T> }[];
    };

/** What a packet says of an expression. Everything that nft compares is a number. */
export type Reading = Outcome<bigint> | Unknown | Uniform;

/** A fact that is lacking. */
export interface Unknown {
  kind: 'unknown';
  /** Those bits of the value that are known all the same. */
  known: { mask: bigint; value: bigint };
  /**
   * The one wording for `it is this value` or `it lies between these`; null: there is none, false:
   * that at least it is not.
   */
  is: ((first: bigint, last: bigint) => Question | null | false) | null;
}

/** Any of `count` numbers from `first` on, each as likely: numgen, jhash, random. */
export interface Uniform {
  kind: 'uniform';
  first: bigint;
  count: bigint;
}

export const NONE: { kind: 'none' } = { kind: 'none' };

/** A reading that is known. */
export function known(value: bigint): { kind: 'value'; value: bigint } {
  return { kind: 'value', value };
}

/** A reading of which nothing is known but those bits. */
export function unknownReading(is: Unknown['is'] = null, mask = 0n, value = 0n): Unknown {
  return { kind: 'unknown', known: { mask, value }, is };
}

/** Two ways that a fact decides on. */
export function fork<T>(question: Question, yes: Outcome<T>, no: Outcome<T>): Outcome<T> {
  const branches = [
    { answer: 'yes', share: null, gives: yes },
    { answer: 'no', share: null, gives: no },
  ];
  return { kind: 'fork', question, branches };
}

/** Goes on from what was found, on each way of its own. */
export function then<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  if (outcome.kind === 'none') return outcome;
  if (outcome.kind === 'value') return next(outcome.value);
  const branches = outcome.branches.map((branch) => ({
    ...branch,
    gives: then(branch.gives, next),
  }));
  return { ...outcome, branches };
}

/** The answer of a step, from what it found; the rule does not match where nothing was. */
export function toAnswer<T>(outcome: Outcome<T>, answer: (value: T) => Answer): Answer {
  if (outcome.kind === 'none') return false;
  if (outcome.kind === 'value') return answer(outcome.value);
  const branches = outcome.branches.map((branch) => ({
    ...branch,
    gives: toAnswer(branch.gives, answer),
  }));
  return { kind: 'fork', question: outcome.question, branches };
}
