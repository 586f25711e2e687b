import { afterChanges } from '../calico/after-changes.ts';
import type { CalicoChange } from '../calico/change.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { nameOfRight, type Right, rightsFor } from '../calico/rights.ts';
import { undoOf } from '../calico/undo-of.ts';
import { missingRights } from '../cluster/access-review.ts';
import { FailedError } from '../errors.ts';
import type { Session } from './session.ts';

/** The rights that taking the changes back needs. */
export function undoRights(before: CalicoObjects, changes: readonly CalicoChange[]): Right[] {
  const undo = changes.map((change) => undoOf(before, change));
  return rightsFor(afterChanges(before, changes), undo);
}

/**
 * Throws FailedError `forbidden` where we may not make the changes, or not take them back, which nothing else
 * says beforehand: a dry run of the undo finds nothing to delete yet.
 */
export async function mustBeAllowed(
  { connection }: Session,
  before: CalicoObjects,
  changes: readonly CalicoChange[],
): Promise<void> {
  const rights = [...rightsFor(before, changes), ...undoRights(before, changes)];
  const named = new Map(rights.map((right) => [nameOfRight(right), right]));
  const missing = await missingRights(connection.api, [...named.values()]);
  if (missing.length === 0) return;
  throw new FailedError(
    `a guard needs rights in projectcalico.org that we do not have, to make it or to take it back (needs: ${missing.map(nameOfRight).join(', ')})`,
    { reason: 'forbidden', help: 'see docs/permissions.md', nothingChanged: true },
  );
}
