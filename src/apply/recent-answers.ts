/** What a person thought about for longer is asked for again. */
const ANSWER_SECONDS = 30;

/** For which addresses the segment was asked a short while ago, and nobody answered. */
export interface RecentAnswers {
  fresh(): ReadonlySet<string>;
  /** Nobody answered for the address now; an answer that still counts is not prolonged. */
  add(ip: string): void;
}

export function recentAnswers(): RecentAnswers {
  /** By address, when, by the monotonic clock in milliseconds. */
  const asked = new Map<string, number>();
  const fresh = () => {
    const since = performance.now() - ANSWER_SECONDS * 1000;
    return new Set([...asked].filter(([, at]) => at >= since).map(([ip]) => ip));
  };
  return {
    fresh,
    add(ip) {
      if (!fresh().has(ip)) asked.set(ip, performance.now());
    },
  };
}
