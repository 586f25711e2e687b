import type { Flow, Verdict } from '../explain/explanation.ts';
import type { Outcome } from '../net/netfilter/walk/result.ts';

/** `good` it arrives, `lost` it does not, `open` nobody knows. */
export type OutcomeLook = 'good' | 'lost' | 'open';

/** What a drawing says of an outcome by its colour. */
export function lookOf(outcome: Outcome): OutcomeLook {
  if (outcome === 'undetermined') return 'open';
  return outcome === 'dropped' || outcome === 'rejected' ? 'lost' : 'good';
}

/** Of an answer: `good` every connection's comes back. */
export function lookOfAnswer({ lost }: Flow, reply: Verdict): OutcomeLook {
  const isLost = lost.some(({ leg, share }) => leg === 'reply' && share !== null);
  return isLost ? 'lost' : lookOf(reply.outcome);
}

/** Of a packet and its answer: `good` all connections work, `lost` some are known not to. */
export function lookOfFlow({ verdict, reply, lost }: Flow): OutcomeLook {
  const looks = [verdict, ...(reply ? [reply] : [])].map(({ outcome }) => lookOf(outcome));
  if (looks.includes('lost') || lost.some(({ share }) => share !== null)) return 'lost';
  return looks.includes('open') ? 'open' : 'good';
}
