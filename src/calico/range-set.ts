import { type Family, fromValue, type Ip, type IpRange } from '../net/ip.ts';

/** Addresses as ranges in order, none of which touches the next. */
export interface RangeSet {
  ranges: readonly IpRange[];
  has(ip: Ip): boolean;
}

/** The addresses that are in any of the ranges; asking is fast however many there are. */
export function rangeSet(ranges: readonly IpRange[]): RangeSet {
  const of = (family: Family) => joined(ranges.filter(({ first }) => first.family === family));
  const [four, six] = [of(4), of(6)];
  return {
    ranges: [...four, ...six],
    has: (ip) => isIn(ip.family === 4 ? four : six, ip.value),
  };
}

function joined(ranges: readonly IpRange[]): IpRange[] {
  const result: IpRange[] = [];
  for (const range of [...ranges].sort((a, b) => (a.first.value < b.first.value ? -1 : 1))) {
    const last = result.at(-1);
    if (last && range.first.value <= last.last.value + 1n) {
      if (range.last.value > last.last.value) result.splice(-1, 1, { ...last, last: range.last });
    } else result.push({ first: range.first, last: range.last });
  }
  return result;
}

function isIn(ranges: readonly IpRange[], value: bigint): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle] as IpRange;
    if (value < range.first.value) high = middle - 1;
    else if (value > range.last.value) low = middle + 1;
    else return true;
  }
  return false;
}

/** The range as the fewest CIDRs, in order. */
export function cidrsOf({ first, last }: IpRange): string[] {
  const bits = first.family === 4 ? 32 : 128;
  const cidrs: string[] = [];
  let { value } = first;
  while (value <= last.value) {
    let size = 0;
    while (
      size < bits &&
      (value & ((1n << BigInt(size + 1)) - 1n)) === 0n &&
      value + (1n << BigInt(size + 1)) - 1n <= last.value
    ) {
      size += 1;
    }
    cidrs.push(`${fromValue(first.family, value).text}/${bits - size}`);
    value += 1n << BigInt(size);
  }
  return cidrs;
}
