import { isPermitted } from '../calico/guard-policies.ts';
import { ApiError } from '../cluster/api-error.ts';
import { changeCalico } from '../cluster/change-calico.ts';
import { LEASE_SECONDS } from '../cluster/lease-object.ts';
import type { Lock } from '../cluster/lock.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { cutConnections } from '../nodes/cut-connections.ts';
import type { Action } from '../plan/action.ts';
import type { Check } from '../plan/execute.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { armLocal } from '../watchdog/arm-local.ts';
import { armNode } from '../watchdog/arm-node.ts';
import type { Watchdog } from '../watchdog/watchdog.ts';
import { accessOf } from './node-undo.ts';
import { mustHaveAccess, openings } from './prove-access.ts';
import { reachNode, type Session } from './session.ts';

type GuardAction = Extract<
  Action,
  { type: 'change-calico' | 'arm-undo' | 'disarm-undo' | 'prove-access' | 'cut-connections' }
>;

/** Carries out the actions of guards, under the lock; what is armed stays so until it is disarmed. */
export function guardActions(
  session: Session,
  snapshot: Snapshot,
  lock: Lock,
): (action: GuardAction) => Promise<Check[]> {
  const { connection, fieldManager, reach: options } = session;
  let armed: Watchdog[] = [];
  /** Aborted once the undo on this machine fires, or is gone: from then on nothing more is done. */
  let alarm: AbortSignal | undefined;
  /** What could be connected to before the guard. */
  let before: Awaited<ReturnType<typeof openings>> = [];
  /** The objects with a write that was not answered, and may still be on its way. */
  const unanswered = new Set<string>();
  const reach = (node: string) => reachNode(session, snapshot, node);

  /** Says so once: what is then taken back may go on. */
  function mustNotHaveFired(): void {
    if (!alarm?.aborted) return;
    const { reason } = alarm;
    alarm = undefined;
    throw reason;
  }

  async function disarm(): Promise<void> {
    const watchdogs = armed;
    armed = [];
    alarm = undefined;
    // Where that fails the lock is lost, which the next step finds, or given back soon.
    await lock.outlast(LEASE_SECONDS).catch(() => {});
    // Each, whatever becomes of the others.
    const results = await Promise.allSettled(watchdogs.map((watchdog) => watchdog.disarm()));
    const failure = results.find((one) => one.status === 'rejected');
    if (failure) throw failure.reason;
  }

  return async (action) => {
    switch (action.type) {
      case 'change-calico': {
        const { change } = action;
        mustNotHaveFired();
        const name = change.type === 'put' ? change.object.name : change.name;
        try {
          await changeCalico(connection.api, change, {
            lockCheck: () => lock.check(),
            fieldManager,
            settle: unanswered.has(name),
          });
          unanswered.delete(name);
        } catch (error) {
          if (error instanceof ApiError && error.outcomeUnknown) unanswered.add(name);
          throw error;
        }
        return [];
      }
      case 'arm-undo': {
        const { undo, covered, nodes, seconds } = action;
        before = await openings(session, snapshot, covered);
        // Should we end here, nobody else begins before the undo, wherever it is armed, has taken the lock over.
        await lock.outlast(seconds + LEASE_SECONDS);
        const order = { undo, seconds, hold: lock.hold };
        const local = await armLocal({ ...order, flags: session.cluster, fieldManager });
        alarm = local.alarm;
        armed.push(local);
        try {
          for (const one of nodes) {
            const way = await reach(one.node);
            armed.push(await armNode(way, { ...order, ...accessOf(one) }, options));
          }
        } catch (error) {
          // Nothing is done yet that they would have to undo.
          await disarm();
          throw error;
        }
        return [];
      }
      case 'disarm-undo':
        await disarm();
        return [];
      case 'prove-access': {
        mustNotHaveFired();
        const checks = await mustHaveAccess(session, snapshot, action, before);
        await disarm();
        return checks;
      }
      case 'cut-connections': {
        const { node, ip, permitted } = action;
        await cutConnections(
          await reach(node),
          parseIp(ip) as Ip,
          ({ protocol, source, destinationPort: port }) =>
            isPermitted(permitted, { protocol, source, port }),
          options,
        );
        return [];
      }
    }
  };
}
