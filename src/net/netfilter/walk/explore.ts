import type { Question } from '../rules.ts';
import { AnswerBook, type Answers, differing, initialAnswers, withAnswer } from './answers.ts';
import { type Ground, type Move, type MoveInBranches, Unanswered } from './move.ts';
import type { End, Phase, Section } from './result.ts';
import { type State, stateKey } from './state.ts';

/** A section yet to be walked, from this state. */
interface Pending {
  section: Section;
  state: State;
  answers: Answers | null;
}

/** A section that begins where branches may meet, with the answers that led to it. */
interface Meeting {
  section: Section;
  answers: Answers | null;
  /** The questions asked from here on; filled in when another branch comes here. */
  questions: ReadonlySet<string> | null;
}

/** More sections than this are not followed. */
const MOST_SECTIONS = 100_000;

/** Where very many branches come to one place, only the latest are compared. */
const MOST_COMPARED = 8;

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
  const asked = new Map<Section, Set<string>>();
  const meetings = new Map<string, Meeting[]>();
  const root = newSection();
  const pending: Pending[] = [{ section: root, state: start, answers: initialAnswers(known) }];
  const book = new AnswerBook();
  let sections = 1;
  let branched = false;

  // The last one in is the first one out: when a branch is taken up, its elder sister is complete.
  for (let job = pending.pop(); job; job = pending.pop()) {
    let { section, state } = job;
    const { answers } = job;
    const here: Ground = {
      ...ground,
      answer: (question) => {
        const text = questionKey(question, state.leg);
        const questions = asked.get(section) ?? new Set();
        asked.set(section, questions.add(text));
        return book.lookUp(text, answers);
      },
      record: (phase: Phase) => section.phases.push(phase),
    };
    for (let done = false; !done; ) {
      const move =
        sections > MOST_SECTIONS ? tooMany(state) : advanceOrBranch(state, here, advance);
      switch (move.kind) {
        case 'meet':
          if (branched) {
            const meeting = findMeeting(meetings, stateKey(move.state), answers, asked);
            section.next = meeting.section;
            done = !meeting.isNew;
            section = meeting.section;
            sections++;
          }
          state = move.state;
          break;
        case 'go':
          state = move.state;
          break;
        case 'branch': {
          branched = true;
          const { question } = move;
          const key = question && questionKey(question, state.leg);
          const jobs = move.branches.map((branch): Pending & (typeof move.branches)[number] => ({
            ...branch,
            section: newSection(),
            answers: key ? withAnswer(key, branch.answer, answers) : answers,
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

/** Of the packet itself each leg asks anew: the answer to it is another packet. */
function questionKey({ text }: Question, leg: State['leg']): string {
  return /^the (packet|source port) /.test(text) ? `${leg}: ${text}` : text;
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

/** A section gets what comes next once it is walked. */
function newSection(): Section {
  return { phases: [], next: UNFINISHED };
}

const UNFINISHED = Object.freeze({ phases: [] }) as unknown as Section;

function tooMany(state: State): Move {
  const end: End = {
    kind: 'end',
    leg: state.leg,
    outcome: 'undetermined',
    reason: 'too-many-branches',
    by: null,
    packet: state.packet,
    masqueraded: state.nat.masqueraded,
    settledBy: null,
    reply: null,
  };
  return { kind: 'end', end, answer: null };
}

function findMeeting(
  meetings: Map<string, Meeting[]>,
  key: string,
  answers: Answers | null,
  asked: ReadonlyMap<Section, ReadonlySet<string>>,
): { section: Section; isNew: boolean } {
  const all = meetings.get(key) ?? [];
  for (const meeting of all.slice(-MOST_COMPARED)) {
    meeting.questions ??= questionsFrom(meeting.section, asked);
    const { questions } = meeting;
    const matters = differing(meeting.answers, answers).some((question) => questions.has(question));
    if (!matters) return { section: meeting.section, isNew: false };
  }
  const section = newSection();
  meetings.set(key, [...all, { section, answers, questions: null }]);
  return { section, isNew: true };
}

/** Every question asked in the section or in what follows it. */
function questionsFrom(
  start: Section,
  asked: ReadonlyMap<Section, ReadonlySet<string>>,
): ReadonlySet<string> {
  const questions = new Set<string>();
  const seen = new Set<Section>();
  const todo = [start];
  for (let section = todo.pop(); section; section = todo.pop()) {
    if (seen.has(section)) continue;
    seen.add(section);
    for (const question of asked.get(section) ?? []) questions.add(question);
    todo.push(...following(section));
  }
  return questions;
}

function following({ next }: Section): readonly Section[] {
  if (!('kind' in next)) return [next];
  if (next.kind === 'branching') return next.branches.map(({ to }) => to);
  return next.reply ? [next.reply] : [];
}
