import { type Family, fromValue, type Ip, type IpRange } from '../net/ip.ts';
import { rangeSet } from './range-set.ts';
import type { RuleEnd } from './rule-match.ts';

/** Addresses that no rule tells apart. */
export interface AddressKind {
  /** One of them. */
  one: Ip;
  ranges: readonly IpRange[];
  /** There are more of them than of any other kind. */
  isRest: boolean;
}

/** Addresses, told apart as some rules do. */
export interface AddressesApart {
  /** The same for addresses that none of the rules tells apart. */
  keyOf(ip: Ip): number;
  /** Each kind that there is within these ranges. */
  kinds(within: readonly IpRange[]): AddressKind[];
}

/** Tells addresses apart as these ends of rules do, and by whether they are in each of these sets. */
export function addressesApart(
  ends: readonly RuleEnd[],
  sets: readonly (readonly IpRange[])[],
): AddressesApart {
  const others = sets.map(rangeSet);
  const askable = [...new Set(ends)];
  const numbers = new Map<string, number>();
  const known = new Map<string, number>();
  const find = (ip: Ip) => {
    const answers = askable.map(({ addressIs }) => {
      const answer = addressIs(ip);
      return typeof answer === 'string' ? answer[0] : '?';
    });
    const text = [...answers, ...others.map(({ has }) => (has(ip) ? 1 : 0))].join('');
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const keyOf = (ip: Ip) => {
    const number = known.get(ip.text) ?? find(ip);
    known.set(ip.text, number);
    return number;
  };
  const all = [...askable, ...others].flatMap(({ ranges }) => ranges);
  const startsIn = { 4: startsOf(all, 4), 6: startsOf(all, 6) };
  return {
    keyOf,
    kinds(within) {
      const cut = rangeSet(within).ranges.flatMap((one) => parts(one, startsIn[one.first.family]));
      return kindsOf([...Map.groupBy(cut, ({ first }) => keyOf(first)).values()]);
    },
  };
}

/** All addresses of a family. */
export function everyAddress(family: Family): IpRange {
  const bits = family === 4 ? 32n : 128n;
  return { first: fromValue(family, 0n), last: fromValue(family, (1n << bits) - 1n) };
}

function kindsOf(groups: readonly IpRange[][]): AddressKind[] {
  const sizes = groups.map((ranges) =>
    ranges.reduce((sum, { first, last }) => sum + last.value - first.value + 1n, 0n),
  );
  const most = sizes.reduce((most, size) => (size > most ? size : most), 0n);
  const rest = sizes.indexOf(most);
  return groups.map((ranges, index) => ({
    one: (ranges[0] as IpRange).first,
    ranges: rangeSet(ranges).ranges,
    isRest: index === rest,
  }));
}

/** Where ranges begin, and where what is behind them does, in order. */
function startsOf(ranges: readonly IpRange[], family: Family): bigint[] {
  const own = ranges.filter(({ first }) => first.family === family);
  const starts = new Set(own.flatMap(({ first, last }) => [first.value, last.value + 1n]));
  return [...starts].sort((a, b) => (a < b ? -1 : 1));
}

/** The range, cut at these. */
function parts({ first, last }: IpRange, starts: readonly bigint[]): IpRange[] {
  const { family } = first;
  const cuts = starts.filter((start) => start > first.value && start <= last.value);
  return [first.value, ...cuts].map((from, index) => ({
    first: fromValue(family, from),
    last: fromValue(family, (cuts[index] ?? last.value + 1n) - 1n),
  }));
}
