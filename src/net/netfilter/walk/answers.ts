/** The answers given on the way, the latest first. */
export interface Answers {
  question: string;
  answer: string;
  count: number;
  before: Answers | null;
}

/** What is known from the beginning. */
export function initialAnswers(known: ReadonlyMap<string, string>): Answers | null {
  let answers: Answers | null = null;
  for (const [question, answer] of known) answers = withAnswer(question, answer, answers);
  return answers;
}

/** One answer more. */
export function withAnswer(question: string, answer: string, before: Answers | null): Answers {
  return { question, answer, count: (before?.count ?? 0) + 1, before };
}

/** The questions that are not answered alike on two ways, which may have a beginning in common. */
export function differing(a: Answers | null, b: Answers | null): string[] {
  const own: [Map<string, string>, Map<string, string>] = [new Map(), new Map()];
  for (let [x, y] = [a, b]; x !== y; ) {
    if ((x?.count ?? 0) >= (y?.count ?? 0)) {
      if (x) own[0].set(x.question, x.answer);
      x = x?.before ?? null;
    } else {
      if (y) own[1].set(y.question, y.answer);
      y = y?.before ?? null;
    }
  }
  const questions = new Set([...own[0].keys(), ...own[1].keys()]);
  return [...questions].filter((question) => own[0].get(question) !== own[1].get(question));
}

/**
 * Looks answers up in constant time, as long as one way is asked about after another: only where
 * they differ is it changed.
 */
export class AnswerBook {
  #way: Answers | null = null;
  readonly #answers = new Map<string, string>();

  lookUp(question: string, way: Answers | null): string | undefined {
    this.#turnTo(way);
    return this.#answers.get(question);
  }

  #turnTo(way: Answers | null): void {
    const coming: Answers[] = [];
    let to = way;
    while (this.#way !== to) {
      if (to && to.count > (this.#way?.count ?? 0)) {
        coming.push(to);
        to = to.before;
      } else if (this.#way) {
        this.#answers.delete(this.#way.question);
        this.#way = this.#way.before;
      }
    }
    for (const { question, answer } of coming.reverse()) this.#answers.set(question, answer);
    this.#way = way;
  }
}
