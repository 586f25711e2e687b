import { ExtipError } from '../errors.ts';
import type { Reach } from '../nodes/reach.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import type { NodeFacts, Snapshot } from '../snapshot/model.ts';
import { reachNode, type Session } from './session.ts';

/** From no more places: each that cannot ask may take a connection's time-out. */
const MAX_PLACES = 3;

/** An interface to ask from, with the arping of its node. */
export interface AskingPlace {
  interface: string;
  arping: NodeFacts['arping'];
}

/**
 * Asks the segment from one place after the other until one of them could ask. `obstacleIn` says
 * of an answer why it is none. Returns the answer, or what kept each of at most three places from
 * asking; null where there is no place.
 */
export async function askFromAny<T>(
  session: Session,
  snapshot: Snapshot,
  places: readonly HolderChoice[],
  ask: (reach: Reach, place: AskingPlace) => Promise<T>,
  obstacleIn: (answer: T) => string | null,
): Promise<{ answer: T } | { obstacle: string } | null> {
  const obstacles: string[] = [];
  for (const { node, interface: name } of places.slice(0, MAX_PLACES)) {
    const arping = snapshot.nodes[node]?.facts?.arping ?? null;
    try {
      const reach = await reachNode(session, snapshot, node);
      const answer = await ask(reach, { interface: name, arping });
      const obstacle = obstacleIn(answer);
      if (obstacle === null) return { answer };
      obstacles.push(obstacle);
    } catch (error) {
      if (!(error instanceof ExtipError)) throw error;
      obstacles.push(error.message);
    }
  }
  return obstacles.length > 0 ? { obstacle: obstacles.join('; ') } : null;
}
