import type { Lock } from '../cluster/lock.ts';
import { raiseFence } from '../nodes/change.ts';
import { FencedError } from '../nodes/fenced-error.ts';
import type { Decided } from './carry-out.ts';
import { provenMachine, reachNode, type Session } from './session.ts';

/** How often the fences are raised, each time with a higher number. */
const MAX_TRIES = 3;

/** leaseTransitions is an int32: no node, whatever it says, makes us use it up. */
const HIGHEST_PLAUSIBLE = 1_000_000_000;

/**
 * Raises the fence on the nodes that a plan is about, before they are read again under the lock:
 * what an earlier holder of the lock may still have on its way to them does nothing any more, so
 * what is read stays true. A node that did not answer is left out; nothing will be changed there.
 *
 * A node that has seen a higher number than ours while the lock is ours knows it from a Lease that
 * was deleted or restored since: the lock's number is raised above it. Throws FencedError where
 * that does not help, FailedError `lock-lost` where another run has really taken the lock.
 */
export async function raiseFences(
  session: Session,
  { plan, snapshot }: Pick<Decided, 'plan' | 'snapshot'>,
  lock: Lock,
): Promise<void> {
  const names = new Set(plan.changes.map(({ node }) => node));
  const answering = [...names].filter((name) => snapshot.nodes[name]?.facts);
  const { uid: cluster } = snapshot.cluster;
  for (let tries = 1; ; tries += 1) {
    const fence = { cluster, transitions: lock.transitions, step: 0 };
    const results = await Promise.allSettled(
      answering.map(async (name) =>
        raiseFence(
          await reachNode(session, snapshot, name),
          { ...fence, ...provenMachine(session, snapshot, name) },
          session.reach,
        ),
      ),
    );
    const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    if (errors.length === 0) return;
    const hopeless = errors.find(
      (error) => !(error instanceof FencedError && error.seen <= HIGHEST_PLAUSIBLE),
    );
    if (hopeless) throw hopeless;
    if (tries === MAX_TRIES) throw errors[0];
    await lock.raise(Math.max(...errors.map((error: FencedError) => error.seen)));
  }
}
