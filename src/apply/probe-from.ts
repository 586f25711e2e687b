import type { Ip } from '../net/ip.ts';
import { type ProbeAnswer, probeAddress } from '../nodes/probe.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { askFromAny } from './ask-from-any.ts';
import type { Session } from './session.ts';

/** Asks the segment, from the first of these places that can, whether a host has the address. */
export function probeFrom(
  session: Session,
  snapshot: Snapshot,
  ip: Ip,
  places: readonly HolderChoice[],
): Promise<{ answer: ProbeAnswer } | { obstacle: string } | null> {
  return askFromAny(
    session,
    snapshot,
    places,
    (reach, place) => probeAddress(reach, { ip: ip.text, ...place, holdsItself: false }),
    ({ outcome, reason, how }) => (outcome === 'not-asked' ? `${reason} (${how})` : null),
  );
}
