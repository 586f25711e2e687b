import type { ExplanationDocument } from '../../../src/output/explanation-document.ts';
import type { Ground } from './ground.ts';

type Flow = ExplanationDocument['flows'][number];

/**
 * What an asker gets of many connections, in words that can be compared: `all` or the names of the pods
 * that answer; `one of all`: always the same, whichever; `refused`; `nothing`; `… or nothing`: some
 * connections have an answer and some none.
 */
export type Fate = string;

/** Of these pods. `rest`: what the other connections got; null: all got an answer. */
export function fateOf(
  pods: readonly string[],
  rest: 'refused' | 'nothing' | null,
  { pods: every }: Ground,
): Fate {
  const names = [...new Set(pods)].sort();
  if (names.length === 0) return rest ?? 'nothing';
  const all = names.length === every.size ? 'all' : names.join(' ');
  return rest === null ? all : `${all} or ${rest}`;
}

/** Always the same of all, as session affinity has it. */
export const ONE_OF_ALL: Fate = 'one of all';

const ALWAYS = 'always ';

/** Always this pod. */
export function always(pod: string): Fate {
  return `${ALWAYS}${pod}`;
}

/** Without which pod it always is: that is chance. */
export function anyOne(fate: Fate): Fate {
  return fate.startsWith(ALWAYS) ? ONE_OF_ALL : fate;
}

/**
 * What a flow says its asker gets, who sees this; `document`: all that was said with it. To whom session
 * affinity leads is known where the node lists it; else the pod that it leads to is one of those said.
 */
export function fateSaid(
  flow: Flow,
  document: ExplanationDocument,
  { ground, seen }: { ground: Ground; seen: Fate },
): Fate {
  const { verdict, reply, backends } = flow;
  const pods = backends.map(({ address }) => ground.pods.get(address) ?? address);
  switch (verdict.outcome) {
    case 'rejected':
      return reply?.outcome === 'dropped' ? 'nothing' : 'refused';
    case 'dropped':
      return 'nothing';
    case 'delivered': {
      if (reply?.outcome === 'dropped') return 'nothing';
      if (reply?.outcome !== 'delivered') return `answer ${reply?.outcome}`;
      const isSticky = document.observations.some(({ code }) => code === 'session-affinity');
      return isSticky && pods.some((pod) => always(pod) === seen)
        ? seen
        : fateOf(pods, null, ground);
    }
    case 'undetermined':
      if (verdict.reason === 'chance') return fateOf(pods, 'nothing', ground);
      return `undetermined: ${verdict.reason}`;
    default:
      return verdict.outcome;
  }
}

/** For a table: how many pods, instead of their names. */
export function shortly(fate: Fate, { pods }: Ground): string {
  const names = fate.split(' ').filter((word) => [...pods.values()].includes(word));
  if (names.length === 0) return fate;
  return fate.replace(names.join(' '), `${names.length} of ${pods.size}`);
}
