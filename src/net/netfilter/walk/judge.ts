import type { Question } from '../rules.ts';
import type { Branching, End, Outcome, Phase, Reason, Section } from './result.ts';

/** What all ways from a section on come to. */
export interface Judgement {
  outcome: Outcome;
  reason: Reason;
  /** The rule or policy that decided it; null: none, or several. */
  by: Phase | null;
  /**
   * The ends, with the share of connections that come to each; null: an open question decides. Of
   * ends that are told apart only by a question that made no difference one has the share of all.
   */
  ends: readonly { end: End; share: number | null }[];
  /** Questions that made no difference. */
  assumed: readonly Question[];
  /** Questions on which the ends depend. */
  open: readonly Question[];
}

/** The packet's own ways, or those of the answers to it. */
export type Ways = 'first' | 'answers';

/**
 * Judges all ways from a section on. Where the branches of a question come to the same, it made no
 * difference; `alike` gives equal texts for ends that count as the same. null: there are no such
 * ways.
 */
export function judge(root: Section, ways: Ways, alike: (end: End) => string): Judgement | null {
  const sections = inOrder(root, ways);
  const classes = classify(sections, ways, alike);
  const shares = weigh(root, sections, classes, ways);
  const ends = sections.flatMap((section) => {
    const end = endOf(section, ways);
    const share = shares.get(section);
    return end ? [{ end, share: share === undefined ? 0 : share }] : [];
  });
  const [first] = ends;
  if (!first) return null;
  const { assumed, open } = sortQuestions(sections, ways, classes);
  const one = <T>(of: (end: End) => T) => new Set(ends.map(({ end }) => of(end))).size === 1;
  const agree = one(({ outcome }) => outcome);
  const isCut = ends.some(({ end }) => end.reason === 'too-many-branches');
  const path = ends.find(({ end }) => end.reason === 'ipvs' || end.reason === 'ebpf');
  const cut = isCut ? 'too-many-branches' : null;
  const differing = path?.end.reason ?? cut ?? (open.length > 0 ? 'differs' : 'chance');
  return {
    outcome: agree ? first.end.outcome : 'undetermined',
    reason: !agree ? differing : one(({ reason }) => reason) ? first.end.reason : 'various',
    by: agree && one(({ by }) => by?.rule ?? by?.chain) ? first.end.by : null,
    ends,
    assumed,
    open,
  };
}

function endOf({ next }: Section, ways: Ways): End | null {
  if (!('kind' in next) || next.kind !== 'end') return null;
  return (next.leg === 'first') === (ways === 'first') ? next : null;
}

function following({ next }: Section, ways: Ways): readonly Section[] {
  if (!('kind' in next)) return [next];
  if (next.kind === 'branching') return next.branches.map(({ to }) => to);
  return ways === 'answers' && next.reply ? [next.reply] : [];
}

/** Every section once, each before those that follow it. */
function inOrder(root: Section, ways: Ways): Section[] {
  const order: Section[] = [];
  const seen = new Set<Section>([root]);
  const open = [{ section: root, rest: [...following(root, ways)] }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.rest.pop();
    if (!next) {
      order.push(top.section);
      open.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      open.push({ section: next, rest: [...following(next, ways)] });
    }
  }
  return order.reverse();
}

/** A number for each section: equal ones come to the same ends with the same shares. */
function classify(
  sections: readonly Section[],
  ways: Ways,
  alike: (end: End) => string,
): ReadonlyMap<Section, number> {
  const classes = new Map<Section, number>();
  const numbers = new Map<string, number>();
  const numberOf = (text: string) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  for (const section of sections.toReversed()) {
    const end = endOf(section, ways);
    const below = following(section, ways).map((to) => classes.get(to));
    const [first] = below;
    const branching = branchingOf(section);
    if (end) {
      classes.set(section, numberOf(`end ${alike(end)}`));
    } else if (below.every((number) => number === first)) {
      classes.set(section, first ?? numberOf('no end'));
    } else if (branching) {
      const parts = branching.branches.map(
        ({ answer, share }, i) => `${share ?? answer}=${below[i]}`,
      );
      classes.set(section, numberOf(`${branching.question?.text ?? ''} ${parts.join(' ')}`));
    }
  }
  return classes;
}

/** The share of connections that come to each section; null behind a question that decides. */
function weigh(
  root: Section,
  sections: readonly Section[],
  classes: ReadonlyMap<Section, number>,
  ways: Ways,
): ReadonlyMap<Section, number | null> {
  const shares = new Map<Section, number | null>([[root, 1]]);
  for (const section of sections) {
    const own = shares.get(section);
    if (own === undefined) continue;
    const branching = branchingOf(section);
    const below = following(section, ways);
    const decides = branching?.question && differs(below, classes);
    // Of a question that decides nothing one branch stands for all: they come to the same.
    const followed = branching?.question && !decides ? below.slice(0, 1) : below;
    followed.forEach((to, i) => {
      const sofar = shares.get(to);
      const share = own === null || decides ? null : own * (branching?.branches[i]?.share ?? 1);
      shares.set(to, share === null || sofar === null ? null : (sofar ?? 0) + share);
    });
  }
  return shares;
}

function sortQuestions(
  sections: readonly Section[],
  ways: Ways,
  classes: ReadonlyMap<Section, number>,
): Pick<Judgement, 'assumed' | 'open'> {
  const assumed = new Map<string, Question>();
  const open = new Map<string, Question>();
  for (const section of sections) {
    const own = endOf(section, ways)?.question;
    if (own) open.set(own.text, own);
    const branching = branchingOf(section);
    if (!branching?.question) continue;
    const isOpen = differs(
      branching.branches.map(({ to }) => to),
      classes,
    );
    (isOpen ? open : assumed).set(branching.question.text, branching.question);
  }
  for (const text of open.keys()) assumed.delete(text);
  return { assumed: [...assumed.values()], open: [...open.values()] };
}

function branchingOf({ next }: Section): Branching | null {
  return 'kind' in next && next.kind === 'branching' ? next : null;
}

function differs(sections: readonly Section[], classes: ReadonlyMap<Section, number>): boolean {
  return new Set(sections.map((section) => classes.get(section))).size > 1;
}
