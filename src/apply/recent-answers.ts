/** What a person thought about for longer is asked for again. */
const ANSWER_SECONDS = 30;

/** What the segment answered in this run. */
export interface RecentAnswers {
  /** A short while ago nobody answered for the address, or not so that it mattered. */
  isFree(ip: string): boolean;
  /** A host answered for the address: of a pool, another one is taken. */
  isTaken(ip: string): boolean;
  /** An answer that still counts is not prolonged. */
  add(ip: string, answer: 'free' | 'taken'): void;
}

export function recentAnswers(): RecentAnswers {
  /** By address, when it was asked for, by the monotonic clock in milliseconds. */
  const free = new Map<string, number>();
  const taken = new Set<string>();
  const isFree = (ip: string) => {
    const at = free.get(ip);
    return at !== undefined && performance.now() - at <= ANSWER_SECONDS * 1000;
  };
  return {
    isFree,
    isTaken: (ip) => taken.has(ip),
    add(ip, answer) {
      if (answer === 'taken') taken.add(ip);
      else if (!isFree(ip)) free.set(ip, performance.now());
    },
  };
}
