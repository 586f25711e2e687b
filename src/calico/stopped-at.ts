import type { Ip } from '../net/ip.ts';
import type { AddressKind } from './addresses-apart.ts';
import type { Side } from './checked-interfaces.ts';
import { type Flow, type Stopped, stoppedBetween } from './flow.ts';
import { listed } from './loss.ts';
import { cidrsOf } from './range-set.ts';

/** What is stopped for a reason, and at which kinds of address. */
export interface StoppedAt {
  stopped: Stopped;
  kinds: AddressKind[];
}

/** Tries the flow with an address of each kind. */
export function stoppedAt(
  { before, after }: { before: Side; after: Side },
  kinds: readonly AddressKind[],
  flowOf: (address: Ip) => Flow,
): StoppedAt[] {
  const found = new Map<string, StoppedAt>();
  for (const kind of kinds) {
    const stopped = stoppedBetween(before, after, flowOf(kind.one));
    if (!stopped) continue;
    const same = found.get(stopped.reason);
    if (same) same.kinds.push(kind);
    else found.set(stopped.reason, { stopped, kinds: [kind] });
  }
  return [...found.values()];
}

/** ` from 192.0.2.0/24`, with the word that is given; empty where most addresses are meant. */
export function atAddresses(word: 'from' | 'to', kinds: readonly AddressKind[]): string {
  if (kinds.some(({ isRest }) => isRest)) return '';
  return ` ${word} ${listed(kinds.flatMap(({ ranges }) => ranges.flatMap(cidrsOf)))}`;
}
