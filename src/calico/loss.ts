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

/** One of the things that stop working: those that differ in `subject` alone are told in one line. */
export interface Loss {
  before: string;
  subject: string;
  after: string;
  stopped: Stopped;
}

/** So many of what is alike are named. */
const MOST_NAMED = 3;

/** The losses of an interface as a person reads them: a line for what is alike. */
export function brokenLines(place: CheckedInterface, losses: Iterable<Loss>): Broken[] {
  const reasonAt = reasonsAt(place);
  const reasons = new Map<string, { loss: Loss; reasons: Set<string> }>();
  for (const loss of losses) {
    const key = [loss.before, loss.subject, loss.after].join('\n');
    const one = reasons.get(key) ?? { loss, reasons: new Set() };
    one.reasons.add(reasonAt(loss.stopped));
    reasons.set(key, one);
  }
  const alike = Map.groupBy(reasons.values(), ({ loss, reasons: why }) =>
    [loss.before, loss.after, ...why].join('\n'),
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { before, after } = first.loss;
    return {
      node: place.node,
      interface: place.interface,
      what: `${before}${listed(group.map(({ loss }) => loss.subject))}${after}`,
      reason: [...first.reasons].join('; '),
    };
  });
}

/** The first of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  const named = names.length > MOST_NAMED + 1 ? names.slice(0, MOST_NAMED) : names;
  const more = names.length - named.length;
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
