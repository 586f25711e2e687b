import { judge, type Ways } from './judge.ts';
import type { End, Outcome, Phase, Reason, Section } from './result.ts';

/** Connections that come to nothing, and by what. */
export interface Loss {
  /** Whether the packet is lost, or the answer to it. */
  leg: 'first' | 'reply';
  /** Of all connections; null: a question that nobody answers decides. */
  share: number | null;
  outcome: Outcome;
  reason: Reason;
  /** The rule or policy that decided it; null: the kernel. */
  by: Phase | null;
  /** Where the kernel decided it: what it came in by, whose settings hold. */
  inInterface: string | null;
}

/**
 * What loses connections on the packet's own ways, or on those of the answers, each with its share of all
 * connections. A refusal that does not come back loses nothing more.
 */
export function lossesOf(root: Section, ways: Ways): Loss[] {
  const keyOf = numbering();
  const lost = new Map<string, Loss>();
  for (const { end, share } of judge(root, ways, keyOf)?.ends ?? []) {
    const { leg, outcome, reason, by, packet } = end;
    if (!isLost(end) || leg === 'refusal' || share === 0) continue;
    const key = keyOf(end);
    const before = lost.get(key);
    const sum = share === null || before?.share === null ? null : (before?.share ?? 0) + share;
    const inInterface = by ? null : (packet.inInterface ?? null);
    lost.set(key, { leg, share: sum, outcome, reason, by, inInterface });
  }
  return [...lost.values()];
}

function isLost({ outcome }: End): boolean {
  return outcome === 'dropped' || outcome === 'rejected';
}

/** Equal texts for ends by which the same is lost: all that arrive are alike. */
function numbering(): (end: End) => string {
  const numbers = new Map<unknown, number>();
  return (end) => {
    if (!isLost(end)) return '';
    const what = end.by?.rule ?? end.by?.chain ?? end.packet.inInterface;
    numbers.set(what, numbers.get(what) ?? numbers.size);
    return `${end.outcome} ${end.reason} ${numbers.get(what)}`;
  };
}
