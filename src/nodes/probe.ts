import { parseIp } from '../net/ip.ts';
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
  question: Omit<Question, 'want'> & {
    /** The node has the address itself; only ARP and NDP can then tell others from it. */
    holdsItself: boolean;
  },
): Promise<ProbeAnswer> {
  const { ip, interface: name, arping, holdsItself } = question;
  if (holdsItself && parseIp(ip)?.family === 4 && arping === null) {
    return {
      outcome: 'not-asked',
      how: `ping on ${reach.node} ${name}`,
      reason: 'the node has the address itself, and without arping it would answer its own ping',
    };
  }
  const answer = await askSegment(reach, { ip, interface: name, arping, want: 'first' });
  const [mac] = answer.macs;
  return {
    outcome: answer.outcome === 'nobody' ? 'free' : answer.outcome,
    ...(mac !== undefined && { mac }),
    how: answer.how,
    ...(answer.reason !== undefined && { reason: answer.reason }),
  };
}
