import { type Family, fromValue, type Ip, type IpRange } from '../net/ip.ts';
import type { Judge, Passage, Verdict } from './judge.ts';
import { cidrsOf, rangeSet } from './range-set.ts';

/** Sources of which the same becomes, by the same. */
export interface Reach extends Verdict {
  /** CIDRs, in order. */
  sources: string[];
  /** They are all that no other one has. */
  isRest: boolean;
}

/** More than anybody could read; with `--from` any number of them is judged. */
const MOST_RANGES = 20_000;

/**
 * What becomes of packets from every source: those that no rule tells apart are judged once. `passages` are
 * the ways of a packet from a source, of which it takes any. Most sources come last, as the rest.
 */
export function reachOf(
  judge: Judge,
  family: Family,
  passages: (source: Ip) => readonly Passage[],
): Reach[] {
  const starts = startsOf(judge.sources, family);
  if (starts.length > MOST_RANGES) {
    const reason = `more than ${MOST_RANGES} ranges of sources are told apart: ask about one with --from`;
    const nothing = { policy: null, rule: null, stage: null };
    return [{ ...nothing, outcome: 'unknown', reason, sources: [], isRest: true }];
  }
  const groups = new Map<string, { verdict: Verdict; ranges: IpRange[] }>();
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1];
    const first = fromValue(family, start);
    const last = fromValue(family, (end ?? 1n << BigInt(family === 4 ? 32 : 128)) - 1n);
    const verdict = judgeAny(judge, passages(first));
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
export function judgeAny(judge: Judge, [first, ...others]: readonly Passage[]): Verdict {
  if (!first) {
    const reason = 'where it would go is not known';
    return { outcome: 'unknown', policy: null, rule: null, stage: null, reason };
  }
  const verdict = judge.judge(first);
  // Up to there all ways are one.
  if (verdict.stage === 'untracked' || verdict.stage === 'preDNAT') return verdict;
  const other = others
    .map((one) => judge.judge(one))
    .find((one) => one.outcome !== verdict.outcome);
  if (!other) return verdict;
  return {
    ...other,
    outcome: 'unknown',
    reason: `it depends on the endpoint of the Service: ${verdict.reason}; of another ${other.reason}`,
  };
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
