import { askSegment, type Question } from './ask-segment.ts';
import type { Reach } from './reach.ts';

export interface ProbeAnswer {
  outcome: 'free' | 'answered' | 'not-asked';
  /** Who answered; with several, the first. */
  mac?: string;
  /** e.g. `arping -D on k0 ens34`. */
  how: string;
  /** Why it was not asked. */
  reason?: string;
}

/** Does another host on the segment answer for the address? About 2 s where none does. */
export async function probeAddress(
  reach: Reach,
  question: Omit<Question, 'want'>,
): Promise<ProbeAnswer> {
  const { outcome, macs, how, reason } = await askSegment(reach, { ...question, want: 'first' });
  const [mac] = macs;
  return {
    outcome: outcome === 'nobody' ? 'free' : outcome,
    ...(mac !== undefined && { mac }),
    how,
    ...(reason !== undefined && { reason }),
  };
}
