import type { CheckedInterface } from './checked-interfaces.ts';
import { type Stopped, stoppedBetween } from './flow.ts';

/** What no longer works at an interface, and why. */
export interface Broken {
  node: string;
  interface: string;
  /** In words, e.g. `BGP between k0 and k2`. */
  what: string;
  /** The verdict's, with the name of the policy that decides; why it is not known, where it is not. */
  reason: string;
}

/** One of the things that stop working: those that differ in their subjects alone are told in one line. */
export interface Loss {
  before: string;
  subjects: Subjects;
  after: string;
  stopped: Stopped;
}

/** Things of which the first few are named. */
export interface Subjects {
  names: readonly string[];
  count: number;
}

/** A loss that is told in these words, with the subject of one among several that are alike. */
export function lossOf(
  stopped: Stopped,
  { before, subject, after = '' }: { before: string; subject?: string; after?: string },
): Loss {
  const names = subject === undefined ? [] : [subject];
  return { before, subjects: { names, count: names.length }, after, stopped };
}

/** So many of what is alike are named, or one fewer and how many more there are. */
export const MOST_NAMED = 4;

/** The losses of an interface as a person reads them: a line for what is alike. */
export function brokenLines(place: CheckedInterface, losses: Iterable<Loss>): Broken[] {
  const reasonAt = reasonsAt(place);
  const known = new Map<string, { loss: Loss; reasons: Set<string> }>();
  for (const loss of losses) {
    const { before, subjects, after } = loss;
    const key = [before, ...subjects.names, subjects.count, after].join('\n');
    const one = known.get(key) ?? { loss, reasons: new Set() };
    one.reasons.add(reasonAt(loss.stopped));
    known.set(key, one);
  }
  const alike = Map.groupBy(known.values(), ({ loss: { before, after }, reasons }) =>
    [before, after, ...reasons].join('\n'),
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { before, after } = first.loss;
    const subjects = group.map(({ loss }) => loss.subjects);
    const names = subjects.flatMap((one) => one.names);
    const count = subjects.reduce((sum, one) => sum + one.count, 0);
    return {
      node: place.node,
      interface: place.interface,
      what: `${before}${listed(names, count)}${after}`,
      reason: [...first.reasons].join('; '),
    };
  });
}

/** `a, b, c and 7 more`; `count`: how many there are, of whom these are the first. */
export function listed(names: readonly string[], count = names.length): string {
  const named = count > MOST_NAMED ? names.slice(0, MOST_NAMED - 1) : names;
  const more = count - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Of other interfaces of the kind the reason is the same, but for the name of the endpoint. */
function reasonsAt({ before, after }: CheckedInterface): (stopped: Stopped) => string {
  const known = new Map<string, string>();
  return ({ reason, flow }) => {
    const here = known.get(reason) ?? stoppedBetween(before, after, flow)?.reason ?? reason;
    known.set(reason, here);
    return here;
  };
}
