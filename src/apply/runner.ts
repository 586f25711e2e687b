import { ApiError } from '../cluster/api-error.ts';
import type { Lock } from '../cluster/lock.ts';
import { FailedError } from '../errors.ts';
import { announceAddress } from '../nodes/announce.ts';
import { applyNodeChange } from '../nodes/change.ts';
import type { ServiceChange } from '../plan/action.ts';
import type { Check, Runner } from '../plan/execute.ts';
import { changedService } from '../plan/service-patch.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { actionCommands } from './action-commands.ts';
import type { Change } from './carry-out.ts';
import { changeService } from './change-service.ts';
import { guardActions } from './guard-actions.ts';
import { persistenceCheck } from './persistence-check.ts';
import { provenMachine, reachNode } from './session.ts';
import { verify } from './verify.ts';

type RunnerOptions = Pick<Change, 'session' | 'outside' | 'tolerated' | 'onStep'>;

/** The runner on the real cluster and nodes, under the lock. */
export function realRunner(
  { session, outside, tolerated, onStep }: RunnerOptions,
  snapshot: Snapshot,
  lock: Lock,
): Runner {
  const { uid: cluster } = snapshot.cluster;
  let step = 0;
  const reach = (node: string) => reachNode(session, snapshot, node);
  const guard = guardActions(session, snapshot, lock);
  const services = new Map(
    snapshot.cluster.services.map((service) => [service.metadata.uid, service]),
  );
  /** The Services before a change that was not answered: whichever leaves more to do is named. */
  let unsure: typeof services | undefined;
  /** The Services with a patch that was not answered, and may still be on its way. */
  const unanswered = new Set<string>();
  return {
    checkLock: () => lock.check(),
    onStep,
    commands(actions) {
      const from = (known: ReadonlyMap<string | undefined, Service>) =>
        actionCommands([...known.values()], actions);
      const [likely, other] = [from(services), unsure ? from(unsure) : []];
      return count(other) > count(likely) ? other : likely;
    },
    async perform(action) {
      switch (action.type) {
        case 'change-service': {
          const { service: ref, change } = action;
          const before = services.get(ref.uid);
          unsure = new Map(services);
          if (before) services.set(ref.uid, changedService(before, change));
          try {
            const settle = unanswered.has(ref.uid);
            services.set(ref.uid, await changeService(session, ref, change, lock, settle));
            unanswered.delete(ref.uid);
          } catch (error) {
            if (error instanceof ApiError && error.outcomeUnknown) unanswered.add(ref.uid);
            if (!isGone(error) || !takesAway(change)) throw error;
            services.delete(ref.uid);
          }
          unsure = undefined;
          return [];
        }
        case 'change-node': {
          step += 1;
          const fence = {
            cluster,
            transitions: lock.transitions,
            step,
            ...provenMachine(session, snapshot, action.node),
          };
          const way = await reach(action.node);
          const { message } = await applyNodeChange(way, action.change, fence, session.reach);
          return message === undefined ? [] : persistenceCheck(action, message);
        }
        case 'change-calico':
        case 'arm-undo':
        case 'disarm-undo':
        case 'prove-access':
        case 'cut-connections':
          return guard(action);
        case 'announce': {
          const { announced, how } = await announceAddress(await reach(action.node), action);
          // Neighbours learn of it in time all the same: that is no reason to take all back.
          return announced ? [] : [{ name: 'announce', outcome: 'skipped', detail: how }];
        }
        case 'verify': {
          const checks = await verify(session, snapshot, action, outside);
          // kube-proxy takes its rules away when it can: that is no reason to put all back.
          return action.goal === 'gone' ? checks : mustPass(checks, tolerated);
        }
      }
    },
  };
}

/** What is to be taken from a Service that is gone is gone with it, also where a new one has its name. */
function isGone(error: unknown): boolean {
  const { reason = '' } = error as { reason?: string };
  return ['service-not-found', 'service-replaced', 'not-found'].includes(reason);
}

function takesAway({ externalIP, assignment }: ServiceChange): boolean {
  return externalIP === 'remove' || (externalIP === undefined && !assignment);
}

function mustPass(checks: Check[], tolerated: RunnerOptions['tolerated']): Check[] {
  const failed = checks.filter(
    ({ name, outcome }) => outcome === 'failed' && !tolerated?.has(name),
  );
  if (failed.length === 0) return checks;
  throw new FailedError(failed.map(({ name, detail }) => `${name}: ${detail}`).join('; '), {
    reason: 'not-verified',
  });
}

function count(commands: readonly (string | null)[]): number {
  return commands.filter((command) => command !== null).length;
}
