import { type Family, fromValue, type Ip, type IpRange } from '../net/ip.ts';
import type { Judge, Passage } from './judge.ts';
import { cidrsOf, rangeSet } from './range-set.ts';
import { unknown, type Verdict } from './verdict.ts';

/** Sources of which the same becomes, by the same. */
export interface Reach extends Verdict {
  /** CIDRs, in order. */
  sources: string[];
  /** They are all that no other one has. */
  isRest: boolean;
}

/** More than anybody could read; with `--from` any number of them is judged. */
const MOST_RANGES = 20_000;

/** A way of a packet: in through an interface, and, where it goes through the node, out through one. */
export interface Way {
  in: Passage;
  /** The interfaces that it may leave by. */
  out: readonly { judge: Judge; passage: Passage }[];
}

/**
 * What becomes of packets from every source: those that no rule tells apart are judged once. `ways` are
 * those of a packet from a source, of which it takes any; `others` are the interfaces that it may leave by.
 * Most sources come last, as the rest.
 */
export function reachOf(
  judge: Judge,
  family: Family,
  ways: (source: Ip) => readonly Way[],
  others: readonly Judge[] = [],
): Reach[] {
  const sources = [judge, ...others].flatMap((one) => one.sources);
  const starts = startsOf(sources, family);
  if (starts.length > MOST_RANGES) {
    const reason = `more than ${MOST_RANGES} ranges of sources are told apart: ask about one with --from`;
    return [{ ...unknown(reason), sources: [], isRest: true }];
  }
  const groups = new Map<string, { verdict: Verdict; ranges: IpRange[] }>();
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    const first = fromValue(family, start);
    const last = fromValue(family, (end ?? 1n << BigInt(family === 4 ? 32 : 128)) - 1n);
    const verdict = judgeWays(judge, ways(first));
    const key = `${verdict.outcome} ${verdict.reason}`;
    const group = groups.get(key) ?? { verdict, ranges: [] };
    group.ranges.push({ first, last });
    groups.set(key, group);
  }
  const sized = [...groups.values()].map(({ verdict, ranges }) => ({
    verdict,
    ranges: rangeSet(ranges).ranges,
    size: ranges.reduce((sum, { first, last }) => sum + last.value - first.value + 1n, 0n),
  }));
  const rest = sized.reduce((most, one) => (one.size > most.size ? one : most));
  return [...sized.filter((one) => one !== rest), rest].map((one) => ({
    ...one.verdict,
    sources: one === rest ? [] : one.ranges.flatMap(cidrsOf),
    isRest: one === rest,
  }));
}

/** What becomes of a packet that takes any of these ways: the same of all, or it is not known. */
export function judgeWays(judge: Judge, [first, ...others]: readonly Way[]): Verdict {
  if (!first) return unknown('where it would go is not known');
  const verdict = judgeWay(judge, first);
  const other = others
    .map((one) => judgeWay(judge, one))
    .find(({ outcome }) => outcome !== verdict.outcome);
  if (!other) return verdict;
  return unknown(
    `it depends on the endpoint of the Service: ${verdict.reason}; of another ${other.reason}`,
  );
}

/**
 * What is let in may still be denied where it leaves the node, and what is not tracked is led nowhere:
 * kube-proxy's rules are for tracked connections alone.
 */
export function judgeWay(judge: Judge, way: Way): Verdict {
  const verdict = judge.judge(way.in);
  if (verdict.outcome !== 'allowed') return verdict;
  if (verdict.stage === 'untracked' && way.in.after !== undefined) {
    const reason = `${verdict.reason} without tracking: kube-proxy does not lead it to the Service`;
    return { ...verdict, outcome: 'denied', reason };
  }
  const leaving = way.out.map((one) => one.judge.judge(one.passage));
  const stopped = leaving.filter(({ outcome }) => outcome !== 'allowed');
  const [first] = stopped;
  if (!first) return verdict;
  const reason = `let in, but on its way out: ${first.reason}`;
  if (stopped.length === leaving.length) return { ...first, reason };
  return unknown(`it depends on the interface that it leaves by: ${reason}`);
}

/** Where ranges of sources begin that are told apart, in order; the first one is 0. */
function startsOf(sources: readonly IpRange[], family: Family): bigint[] {
  const own = sources.filter(({ first }) => first.family === family);
  const end = 1n << BigInt(family === 4 ? 32 : 128);
  const starts = new Set(own.flatMap(({ first, last }) => [first.value, last.value + 1n]));
  starts.add(0n);
  starts.delete(end);
  return [...starts].sort((a, b) => (a < b ? -1 : 1));
}
