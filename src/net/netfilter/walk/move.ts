import type { DataPath } from '../data-path.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Question } from '../rules.ts';
import type { HookEntries } from './hooks.ts';
import type { End, Phase } from './result.ts';
import type { State } from './state.ts';

/** What becomes of a state. */
export type Move =
  | { kind: 'go'; state: State }
  /** As `go`, to a place to which other branches may come too. */
  | { kind: 'meet'; state: State }
  | MoveInBranches
  /** `answer`: where the walk of the answer begins. */
  | { kind: 'end'; end: End; answer: State | null };

export interface MoveInBranches {
  kind: 'branch';
  question: Question | null;
  branches: readonly { answer: string; share: number | null; state: State }[];
}

/** What a walk goes by. */
export interface Ground {
  node: NodeNetwork;
  entries: HookEntries;
  /** What serves Services in the rules' place; null: nothing that is known. */
  dataPath: DataPath | null;
  /** The packet as it was asked about. */
  asked: State;
  /** The answer to this question on the present way. */
  answer(question: Question): string | undefined;
  record(phase: Phase): void;
}

/** Where a fact is lacking: the same state is then tried with each answer. `ask` throws it. */
export class Unanswered {
  readonly question: Question;
  readonly answers: readonly string[];

  constructor(question: Question, answers: readonly string[]) {
    this.question = question;
    this.answers = answers;
  }
}

/** Whether it is so. Throws `Unanswered` unless that is known, or was answered on this way. */
export function ask(ground: Ground, known: boolean | undefined, question: Question): boolean {
  if (known !== undefined) return known;
  const answer = ground.answer(question);
  if (answer === undefined) throw new Unanswered(question, ['yes', 'no']);
  return answer === 'yes';
}

/** As `ask`, where only one answer is worth following; the walk's result names it as assumed. */
export function assume(ground: Ground, known: boolean | undefined, question: Question): boolean {
  if (known !== undefined) return known;
  if (ground.answer(question) === undefined) throw new Unanswered(question, ['yes']);
  return true;
}

/** Asks what is not known to begin with. */
export function askedBy(ground: Ground): (question: Question) => boolean {
  return (question) => ask(ground, undefined, question);
}

/** A phase that is the kernel's own doing. */
export function kernelPhase(
  hook: Phase['hook'],
  action: Phase['action'],
  effect: string | null,
): Phase {
  return { hook, table: null, chain: null, rule: null, index: 0, unmatched: 0, action, effect };
}
