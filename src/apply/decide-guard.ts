import { afterChanges } from '../calico/after-changes.ts';
import { changedPlaces } from '../calico/changed-places.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { whyUnwritable } from '../calico/writable.ts';
import { readCalico } from '../cluster/calico-objects.ts';
import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Step } from '../plan/action.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import { type GuardRequest, type PlannedGuard, planGuard, planUnguard } from '../plan/guard.ts';
import {
  mustBeJudged,
  mustBeWritable,
  mustDecide,
  mustNotBeFailsafe,
} from '../plan/guard-refusals.ts';
import { cutSteps, guardSteps } from '../plan/guard-steps.ts';
import { lockedOut } from '../plan/locked-out.ts';
import { enforce, type Refusal } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { mustBeAllowed, undoRights } from './guard-rights.ts';
import { undoPaths } from './node-undo.ts';
import type { Session } from './session.ts';

/** The steps of an address's guard, and what `--force` overrode. */
export interface DecidedGuard {
  ip: Ip;
  steps: Step[];
  notes: string[];
  /** What an operator should know of it, and which does not forbid it. */
  warnings: string[];
}

/**
 * The steps that make the guards of addresses as they are asked for, one address after the other. Throws
 * RefusedError where Calico's objects cannot be written, where a guard would not hold, and, unless `force`
 * names it, where it would cut somebody off or nothing could take it back.
 */
export async function decideGuards(
  session: Session,
  snapshot: Snapshot,
  requests: readonly GuardRequest[],
  { force, cut = false }: { force: ReadonlySet<string>; cut?: boolean },
): Promise<DecidedGuard[]> {
  let before = await readWritable(session);
  const decided: DecidedGuard[] = [];
  for (const request of requests) {
    const { ip } = request;
    const planned = planGuard(snapshot, before, request);
    const { changes } = planned;
    const after = afterChanges(before, changes);
    mustBeWritable(before, planned);
    mustBeJudged(snapshot, before, planned);
    mustBeJudged(snapshot, after, planned);
    mustNotBeFailsafe(after, ip, planned);
    mustDecide(snapshot, after, ip, planned);
    const { steps, notes } =
      changes.length === 0
        ? { steps: [], notes: [] }
        : await decideChanges(session, snapshot, { ...planned, ip, before }, force);
    const cuts = cut ? cutSteps(snapshot, ip, planned.services) : [];
    const { warnings } = planned;
    decided.push({ ip, steps: [...steps, ...cuts], notes, warnings });
    before = after;
  }
  return decided;
}

/** What of a guard may cut somebody off: only where it does not, we may do it, and it can be taken back. */
async function decideChanges(
  session: Session,
  snapshot: Snapshot,
  { ip, before, ...guard }: PlannedGuard & { ip: Ip; before: CalicoObjects },
  force: ReadonlySet<string>,
): Promise<Pick<DecidedGuard, 'steps' | 'notes'>> {
  const { changes, covered } = guard;
  const after = afterChanges(before, changes);
  const broken = lockedOut(snapshot, before, after, ip, covered);
  await mustBeAllowed(session, before, changes);
  const undo = await undoPaths(session, snapshot, covered, undoRights(before, changes));
  const overridden = noted([...broken, ...undo.refusals], force);
  const steps = guardSteps(before, ip, changes, guard, undo.nodes);
  return { steps, notes: [...overridden, ...undo.notes] };
}

/** An address that Services leave, by their uids. */
export interface Leaving {
  ip: Ip;
  holder: HolderChoice;
  leaving: ReadonlySet<string>;
}

/**
 * The steps that take Services off guarded addresses, and the guard off each with the last one. What is
 * opened again needs no undo.
 */
export async function decideUnguard(
  session: Session,
  snapshot: Snapshot,
  addresses: readonly Leaving[],
  force: ReadonlySet<string>,
): Promise<DecidedGuard[]> {
  if (addresses.length === 0) return [];
  const read = await readCalico(session.connection);
  // With Calico its objects are gone.
  if (read.presence === 'absent') {
    return addresses.map(({ ip }) => ({ ip, steps: [], notes: [], warnings: [] }));
  }
  let before = mustBeWritten(read);
  return addresses.map((address) => {
    const { ip } = address;
    const { changes } = planUnguard(snapshot, before, address);
    const after = afterChanges(before, changes);
    const places = changedPlaces(before, changes);
    const notes = noted(lockedOut(snapshot, before, after, ip, places), force);
    const steps = guardSteps(before, ip, changes, null);
    before = after;
    return { ip, steps, notes, warnings: [] };
  });
}

/** Calico's objects; RefusedError where they cannot be written. */
async function readWritable({ connection }: Session): Promise<CalicoObjects> {
  return mustBeWritten(await readCalico(connection));
}

function mustBeWritten(calico: CalicoObjects): CalicoObjects {
  const why = whyUnwritable(calico);
  if (why === null) return calico;
  const { message, ...details } = why;
  throw new RefusedError(message, details);
}

function noted(refusals: readonly Refusal[], force: ReadonlySet<string>): string[] {
  return enforce(refusals, force).map(({ message }) => `overridden: ${message}`);
}
