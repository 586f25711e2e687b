import type { Question } from '../rules.ts';
import { answerTo } from './answer.ts';
import type { Ground, Move } from './move.ts';
import type { Outcome, Phase, Reason } from './result.ts';
import type { State } from './state.ts';

interface Details {
  by?: Phase;
  rejectWith?: string;
  /** What would settle an undetermined end. */
  question?: Question;
}

/** The end of this way, and where the walk of the answer to it begins. */
export function end(
  state: State,
  outcome: Outcome,
  reason: Reason,
  ground: Ground,
  { by, rejectWith, question }: Details = {},
): Move {
  const { packet, nat } = state;
  const { leg } = packet;
  // Nobody is told of an answer that is refused.
  const seen = leg !== 'first' && outcome === 'rejected' ? 'dropped' : outcome;
  return {
    kind: 'end',
    end: {
      kind: 'end',
      leg,
      outcome: seen,
      reason,
      by: by ?? null,
      packet,
      masqueraded: nat.masqueraded,
      question: question ?? null,
      reply: null,
    },
    answer: leg === 'first' ? answerTo(state, outcome, rejectWith ?? null, ground) : null,
  };
}
