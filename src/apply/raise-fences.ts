import type { Lock } from '../cluster/lock.ts';
import { raiseFence } from '../nodes/change.ts';
import type { Decided } from './carry-out.ts';
import { reachNode, type Session } from './session.ts';

/**
 * Raises the fence on the nodes that a plan is about, before they are read again under the lock:
 * what an earlier holder of the lock may still have on its way to them does nothing any more, so
 * what is read stays true. A node that did not answer is left out; nothing will be changed there.
 */
export async function raiseFences(
  session: Session,
  { plan, snapshot }: Pick<Decided, 'plan' | 'snapshot'>,
  { transitions }: Lock,
): Promise<void> {
  const names = new Set(plan.changes.map(({ node }) => node));
  const answering = [...names].filter((name) => snapshot.nodes[name]?.facts);
  const fence = { cluster: snapshot.cluster.uid, transitions, step: 0 };
  await Promise.all(
    answering.map(async (name) =>
      raiseFence(await reachNode(session, snapshot, name), fence, session.reach),
    ),
  );
}
