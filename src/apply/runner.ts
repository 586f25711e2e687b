import type { Lock } from '../cluster/lock.ts';
import { ConflictError, patchService, readService } from '../cluster/services.ts';
import { FailedError } from '../errors.ts';
import { announceAddress } from '../nodes/announce.ts';
import { applyNodeChange } from '../nodes/change.ts';
import type { ServiceChange } from '../plan/action.ts';
import type { Check, Runner } from '../plan/execute.ts';
import { changedService, servicePatch } from '../plan/service-patch.ts';
import type { ServiceRef } from '../plan/service-ref.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { actionCommands } from './action-commands.ts';
import type { Change } from './carry-out.ts';
import { reachNode, type Session } from './session.ts';
import { verify } from './verify.ts';

/** How often a Service that others keep changing is read and patched again. */
const MAX_CONFLICTS = 5;

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
  const services = new Map(
    snapshot.cluster.services.map((service) => [service.metadata.uid, service]),
  );
  /** The Services before a change that was not answered: whichever leaves more to do is named. */
  let unsure: typeof services | undefined;
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
            services.set(ref.uid, await changeService(session, ref, change, lock));
          } catch (error) {
            if (!isGone(error) || !takesAway(change)) throw error;
            services.delete(ref.uid);
          }
          unsure = undefined;
          return [];
        }
        case 'change-node': {
          step += 1;
          const fence = { cluster, transitions: lock.transitions, step };
          await applyNodeChange(await reach(action.node), action.change, fence, session.reach);
          return [];
        }
        case 'announce': {
          const { announced, how } = await announceAddress(await reach(action.node), {
            ip: action.ip,
            interface: action.interface,
            arping: snapshot.nodes[action.node]?.facts?.arping ?? null,
          });
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

/**
 * Patches the Service as it is at that moment, keeping others' changes; returns it as stored. The
 * lock is looked at after the Service was read: what the next holder changes, fails the patch.
 */
async function changeService(
  session: Session,
  ref: ServiceRef,
  change: ServiceChange,
  lock: Lock,
): Promise<Service> {
  const { api } = session.connection;
  let service = await readService(api, ref);
  for (let attempt = 1; ; attempt += 1) {
    mustBeSame(service, ref);
    const operations = servicePatch(service, change);
    if (operations.length === 0) return service;
    await lock.check();
    try {
      return await patchService(api, ref, operations, { fieldManager: session.fieldManager });
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_CONFLICTS) throw error;
      service = error.fresh;
    }
  }
}

/** What is to be taken from a Service that is gone is gone with it, also where a new one has its name. */
function isGone(error: unknown): boolean {
  const { reason = '' } = error as { reason?: string };
  return ['service-not-found', 'service-replaced', 'not-found'].includes(reason);
}

function takesAway({ externalIP, assignment }: ServiceChange): boolean {
  return externalIP === 'remove' || (externalIP === undefined && !assignment);
}

function mustBeSame(service: Service, ref: ServiceRef): void {
  if (service.metadata.uid === ref.uid) return;
  throw new FailedError(`${ref.namespace}/${ref.name} was deleted and created anew meanwhile`, {
    reason: 'service-replaced',
    object: `service/${ref.namespace}/${ref.name}`,
    nothingChanged: true,
  });
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
