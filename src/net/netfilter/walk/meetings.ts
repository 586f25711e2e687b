import { type Answers, differing } from './answers.ts';
import type { Section } from './result.ts';

/** A section that begins where branches may meet, with the answers that led to it. */
interface Meeting {
  section: Section;
  answers: Answers | null;
  /** How many branches waited when it began: those are not its own. */
  waiting: number;
  /**
   * What follows it was walked in this span of time, or is shared with what was. Questions that
   * were asked within may be asked behind it, others are not.
   */
  since: number;
  until: number;
}

/** Where very many branches come to one place, only the latest are compared. */
const MOST_COMPARED = 8;

/**
 * Finds the section that a branch can share: of one that came to the same place in the same state,
 * if the questions asked from there on have the same answers on both ways. Branches must be walked
 * to their ends in the reverse order of their beginnings.
 */
export class Meetings {
  readonly #byState = new Map<string, Meeting[]>();
  /** Those whose branches are not all walked yet, each within the one before. */
  readonly #open: Meeting[] = [];
  readonly #asked = new Map<string, number[]>();
  #now = 0;

  /** Takes note that a question was asked, be it answered or not. */
  ask(question: string): void {
    const times = this.#asked.get(question) ?? [];
    if (times.at(-1) !== this.#now) times.push(this.#now);
    this.#asked.set(question, times);
  }

  /** A branch begins, or goes on behind another; `waiting`: the branches not yet begun. */
  begin(waiting: number): void {
    for (let last = this.#open.at(-1); last && waiting < last.waiting; last = this.#open.at(-1)) {
      last.until = this.#now;
      this.#open.pop();
      this.#reachBack(last.since);
    }
    this.#now++;
  }

  /** A section to share; null: there is none, and `section` may be shared from now on. */
  find(key: string, answers: Answers | null, waiting: number, section: Section): Section | null {
    const all = this.#byState.get(key) ?? [];
    const shared = all
      .slice(-MOST_COMPARED)
      .find((it) => !differing(it.answers, answers).some((question) => this.#asksIn(it, question)));
    if (shared) {
      this.#reachBack(shared.since);
      return shared.section;
    }
    this.#now++;
    const meeting = {
      section,
      answers,
      waiting,
      since: this.#now,
      until: Number.POSITIVE_INFINITY,
    };
    all.push(meeting);
    this.#byState.set(key, all);
    this.#open.push(meeting);
    return null;
  }

  /** What is walked now leads to what was walked then. */
  #reachBack(since: number): void {
    const last = this.#open.at(-1);
    if (last && since < last.since) last.since = since;
  }

  #asksIn({ since, until }: Meeting, question: string): boolean {
    return this.#asked.get(question)?.some((time) => time >= since && time <= until) ?? false;
  }
}
