import type { PortRange, RuleEnd } from './rule-match.ts';

/** Ports that no rule tells apart. */
export interface PortKind {
  /** One of them. */
  one: number;
  ranges: readonly PortRange[];
  /** There are more of them than of any other kind. */
  isRest: boolean;
}

const LAST = 65_535;

/** Each kind of port that these ends of rules tell apart; `others`: each is a kind of its own. */
export function portKinds(ends: readonly RuleEnd[], others: readonly number[]): PortKind[] {
  const ranges: PortRange[] = [
    ...ends.flatMap(({ ports }) => ports),
    ...others.map((port): PortRange => [port, port]),
  ];
  const starts = new Set([1, ...ranges.flatMap(([first, last]) => [first, last + 1])]);
  const sorted = [...starts].filter((one) => one >= 1 && one <= LAST).sort((a, b) => a - b);
  const asked = [...new Set(ends)].filter(({ ports }) => ports.length > 0);
  const parts = sorted.map(
    (first, index): PortRange => [first, (sorted[index + 1] ?? LAST + 1) - 1],
  );
  const groups = Map.groupBy(parts, ([first]) => {
    const answers = asked.map(({ portIs }) => {
      const answer = portIs(first);
      return typeof answer === 'string' ? answer[0] : '?';
    });
    return [...answers, others.indexOf(first)].join();
  });
  const sizes = [...groups.values()].map((of) =>
    of.reduce((sum, [first, last]) => sum + last - first + 1, 0),
  );
  const rest = sizes.indexOf(Math.max(...sizes));
  return [...groups.values()].map((of, index) => ({
    one: (of[0] as PortRange)[0],
    ranges: of,
    isRest: index === rest,
  }));
}
