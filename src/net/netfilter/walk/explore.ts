import { inWhole, keyOf } from '../questions.ts';
import type { Question } from '../rules.ts';
import { AnswerBook, type Answers, initialAnswers, withAnswer } from './answers.ts';
import { Meetings } from './meetings.ts';
import { type Ground, type Move, type MoveInBranches, Unanswered } from './move.ts';
import type { End, Phase, Section } from './result.ts';
import { type State, stateKey } from './state.ts';

/** A section yet to be walked, from this state. */
interface Pending {
  section: Section;
  state: State;
  answers: Answers | null;
}

/** More sections than this are not followed. */
const MOST_SECTIONS = 100_000;

/**
 * Follows a state through all its branches with `advance`. Branches that come to one place in one
 * state share what follows, if the questions that are asked from there on have the same answers on
 * both ways. Beyond 100,000 sections the ends are undetermined, `too-many-branches`.
 */
export function explore(
  start: State,
  known: ReadonlyMap<string, string>,
  ground: Omit<Ground, 'answer' | 'record'>,
  advance: (state: State, ground: Ground) => Move,
): Section {
  const meetings = new Meetings();
  const root = newSection();
  const pending: Pending[] = [{ section: root, state: start, answers: initialAnswers(known) }];
  const book = new AnswerBook();
  let sections = 1;
  let branched = false;

  // The last one in is the first one out: when a branch is taken up, its elder sister is complete.
  for (let job = pending.pop(); job; job = pending.pop()) {
    meetings.begin(pending.length);
    let { section, state } = job;
    const { answers } = job;
    const here: Ground = {
      ...ground,
      answer: (question) => {
        const key = keyOf(question, state.packet.leg);
        if (key === null) return undefined;
        meetings.ask(key);
        return book.lookUp(key, answers);
      },
      record: (phase: Phase) => section.phases.push(phase),
    };
    for (let done = false; !done; ) {
      const move =
        sections > MOST_SECTIONS ? tooMany(state) : advanceOrBranch(state, here, advance);
      switch (move.kind) {
        case 'meet':
          if (branched) {
            const next = newSection();
            const shared = meetings.find(stateKey(move.state), answers, pending.length, next);
            section.next = shared ?? next;
            section = next;
            done = shared !== null;
            sections++;
          }
          state = move.state;
          break;
        case 'go':
          state = move.state;
          break;
        case 'branch': {
          branched = true;
          const question = move.question && inWhole(move.question, state.packet.leg);
          const key = move.question && keyOf(move.question, state.packet.leg);
          const jobs = move.branches.map((branch): Pending & (typeof move.branches)[number] => ({
            ...branch,
            section: newSection(),
            answers: key === null ? answers : withAnswer(key, branch.answer, answers),
          }));
          sections += jobs.length;
          section.next = {
            kind: 'branching',
            question,
            branches: jobs.map(({ answer, share, section }) => ({ answer, share, to: section })),
          };
          pending.push(...jobs.toReversed());
          done = true;
          break;
        }
        case 'end':
          section.next = move.end;
          if (move.answer) {
            const reply = newSection();
            move.end.reply = reply;
            sections++;
            pending.push({ section: reply, state: move.answer, answers });
          }
          done = true;
          break;
      }
    }
  }
  return root;
}

function advanceOrBranch(
  state: State,
  ground: Ground,
  advance: (state: State, ground: Ground) => Move,
): Move {
  try {
    return advance(state, ground);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return branchOn(error.question, error.answers, state);
  }
}

function branchOn(question: Question, answers: readonly string[], state: State): MoveInBranches {
  const branches = answers.map((answer) => ({ answer, share: null, state }));
  return { kind: 'branch', question, branches };
}

/** What comes next is filled in when the section is walked, as every one is in the end. */
function newSection(): Section {
  return { phases: [] } as Partial<Section> as Section;
}

function tooMany(state: State): Move {
  const end: End = {
    kind: 'end',
    leg: state.packet.leg,
    outcome: 'undetermined',
    reason: 'too-many-branches',
    by: null,
    packet: state.packet,
    masqueraded: state.nat.masqueraded,
    question: null,
    reply: null,
  };
  return { kind: 'end', end, answer: null };
}
