import type { End, Phase, Section } from '../../../src/net/netfilter/walk/result.ts';
import type { Counters } from './counters.ts';

/** One way that a walk says a packet may go, with what becomes of the answer. */
export interface Path {
  /** How often each rule counts the packet, and its answer. */
  visits: Counters;
  /** The same without the answer. */
  visitsOfFirst: Counters;
  end: End;
  answer: End | null;
  /** Facts that it asked for. */
  questions: readonly string[];
}

/** More ways than this are not told apart: the case is too random to say anything about. */
export const mostPaths = 4096;

/** All ways from here on; null: too many. */
export function pathsOf(root: Section): Path[] | null {
  const paths: Path[] = [];
  const follow = (
    section: Section,
    phases: readonly Phase[],
    questions: readonly string[],
    first: Pick<Path, 'end' | 'visitsOfFirst'> | null,
  ): void => {
    if (paths.length > mostPaths) return;
    const all = [...phases, ...section.phases];
    const { next } = section;
    if (!('kind' in next)) {
      follow(next, all, questions, first);
    } else if (next.kind === 'branching') {
      const asked = next.question ? [...questions, next.question.text] : questions;
      for (const { to } of next.branches) follow(to, all, asked, first);
    } else {
      const visits = countVisits(all);
      const end = first ?? { end: next, visitsOfFirst: visits };
      if (!first && next.reply) follow(next.reply, all, questions, end);
      else paths.push({ ...end, visits, answer: first ? next : null, questions });
    }
  };
  follow(root, [], [], null);
  return paths.length > mostPaths ? null : paths;
}

/** A rule may leave several records of one visit: a mark set, a fork, then a verdict. */
function countVisits(phases: readonly Phase[]): Counters {
  const visits = new Map<string, number>();
  /** The rule whose visit is counted and goes on. */
  let open: Phase['rule'] = null;
  for (const { table, chain, rule, index, action } of phases) {
    const goesOn = rule !== null && open === rule;
    if (!isMatch(action) && goesOn) continue;
    open = isMatch(action) && !isDone(action) ? rule : null;
    if (!table || !chain || !rule || !isMatch(action) || goesOn) continue;
    const key = `${table.name} ${chain.name} ${index + 1}`;
    visits.set(key, (visits.get(key) ?? 0) + 1);
  }
  return visits;
}

/** A fork is no match yet; a policy is behind the last rule. */
function isMatch(action: Phase['action']): boolean {
  return !['unknown', 'balance', 'policy', 'chain-end'].includes(action);
}

/** After these the rule is left: the next record of it is of another visit. */
function isDone(action: Phase['action']): boolean {
  return !['mark', 'connmark', 'notrack', 'log', 'set'].includes(action);
}
