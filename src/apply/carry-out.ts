import { acquireLock } from '../cluster/lock.ts';
import { patchService } from '../cluster/services.ts';
import { FailedError } from '../errors.ts';
import type { Plan } from '../plan/action.ts';
import { planChanges, samePlan } from '../plan/compare.ts';
import { type Check, executePlan, type Interrupts, type Runner } from '../plan/execute.ts';
import { changedService, patchBetween } from '../plan/service-patch.ts';
import { serviceRef } from '../plan/service-ref.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { raiseFences } from './raise-fences.ts';
import { realRunner } from './runner.ts';
import type { Session } from './session.ts';

/** A plan, what it was made from, and what was noticed on the way. */
export interface Decided {
  snapshot: Snapshot;
  plan: Plan;
  notes: string[];
}

/** A change to carry out, and how the person or script who asked for it is spoken to. */
export interface Change {
  session: Session;
  dryRun: 'none' | 'client' | 'server';
  /** `-y`: a plan that turns out otherwise under the lock is not confirmed but refused. */
  yes: boolean;
  lockTimeout: number;
  interrupts: Interrupts;
  /** An ssh target from which reach is proven. */
  outside?: string;
  /** Checks that may fail, because `--force` overrode what they look at. */
  tolerated?: ReadonlySet<Check['name']>;
  /** Reads and plans; under the lock it gets the earlier decision, and reads again. */
  decide(before: Decided | null): Promise<Decided>;
  /** Whether a plan that differs from the confirmed one is what was asked for all the same. */
  mayDiffer(before: Plan, after: Plan): boolean;
  show(decided: Decided): void;
  confirm(decided: Decided): Promise<void>;
  onLockWait(holder: string): void;
  onStep: Runner['onStep'];
}

/** What came of a change. */
export interface Outcome extends Decided {
  result: 'nothing-to-do' | 'dry-run' | 'changed';
  checks: Check[];
}

/**
 * Reads, plans, shows, confirms; then, under the lock, reads and plans again and carries the same
 * plan out. A plan that has become another one is shown and confirmed again without the lock;
 * under `yes` it is carried out where `mayDiffer` says so, else FailedError `plan-changed`.
 */
export async function carryOut(change: Change): Promise<Outcome> {
  let decided = await change.decide(null);
  for (;;) {
    if (decided.plan.steps.length === 0) return { ...decided, result: 'nothing-to-do', checks: [] };
    change.show(decided);
    if (change.dryRun === 'server') await serverDryRun(change.session, decided);
    if (change.dryRun !== 'none') return { ...decided, result: 'dry-run', checks: [] };
    await change.confirm(decided);
    const underLock = await lockAndExecute(change, decided);
    if ('result' in underLock) return underLock;
    decided = underLock;
  }
}

/** The outcome, or the new decision where the plan has become another one. */
async function lockAndExecute(change: Change, before: Decided): Promise<Outcome | Decided> {
  const { session, interrupts } = change;
  const lock = await acquireLock(session.connection.api, {
    timeoutSeconds: change.lockTimeout,
    onWait: change.onLockWait,
    signal: interrupts.first,
  });
  try {
    await unlessAborted(raiseFences(session, before, lock), interrupts.second);
    const decided = await change.decide(before);
    const { plan, snapshot } = decided;
    if (plan.steps.length === 0) return { ...decided, result: 'nothing-to-do', checks: [] };
    const same = samePlan(before.plan, plan);
    if (!same && !(change.yes && change.mayDiffer(before.plan, plan))) {
      if (change.yes) throw planChanged(before.plan, plan);
      return decided;
    }
    const runner = realRunner(change, snapshot, lock);
    const checks = await executePlan(plan, runner, interrupts);
    // The segment was asked before the lock, and not again.
    const notes = same ? [...new Set([...before.notes, ...decided.notes])] : decided.notes;
    return { ...decided, notes, result: 'changed', checks };
  } finally {
    // After a second signal nothing is waited for: a dead holder's lock is taken over at once.
    if (!interrupts.second.aborted) await lock.release();
  }
}

function planChanged(before: Plan, after: Plan): FailedError {
  return new FailedError(
    `the plan changed before it could be carried out: ${planChanges(before, after).join('; ')}`,
    { reason: 'plan-changed', help: 'run the command again to see and confirm the new plan' },
  );
}

/** Lets the API server judge the whole change of each Service; nothing is stored. */
async function serverDryRun(session: Session, { plan, snapshot }: Decided): Promise<void> {
  const { fieldManager, connection } = session;
  for (const service of snapshot.cluster.services) {
    const after = plan.steps.reduce(
      (current, { action }) =>
        action.type === 'change-service' && action.service.uid === service.metadata.uid
          ? changedService(current, action.change)
          : current,
      service,
    );
    const operations = patchBetween(service, after);
    if (operations.length === 0) continue;
    const options = { dryRun: true, fieldManager };
    await patchService(connection.api, serviceRef(service), operations, options);
  }
}
