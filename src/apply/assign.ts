import { readService } from '../cluster/services.ts';
import { findService } from '../snapshot/queries.ts';
import type { Change, Decided } from './carry-out.ts';
import { type AssignInput, decideAssign } from './decide-assign.ts';
import { mustBeOutside } from './outside.ts';
import { readToDecide } from './read-snapshot.ts';
import { recentAnswers } from './recent-answers.ts';
import type { Session } from './session.ts';

/** How an assignment is decided: the parts of a Change that are assign's own. */
export function assignChange(
  session: Session,
  ref: { namespace: string; name: string },
  input: AssignInput,
  outside?: string,
): Pick<Change, 'decide' | 'mayDiffer' | 'tolerated' | 'outside'> {
  /** Where a person was asked, the answer holds under the lock too. */
  let settled = input;
  const asked = recentAnswers();
  return {
    outside,
    tolerated: new Set(input.force.has('answered') ? ['neighbour'] : []),
    async decide(before): Promise<Decided> {
      const snapshot = await readToDecide(session, before);
      // Not in the snapshot: the error names those that were probably meant.
      const service =
        findService(snapshot, ref) ?? (await readService(session.connection.api, ref));
      const { holder, plan, notes } = await decideAssign(
        session,
        snapshot,
        service,
        settled,
        asked,
      );
      if (outside !== undefined && !before) await mustBeOutside(session, snapshot, outside);
      settled = { ...settled, ...holder };
      return { snapshot, plan, notes };
    },
    mayDiffer(before, after) {
      const [[old], [now]] = [before.changes, after.changes];
      if (old?.node !== now?.node || old?.interface !== now?.interface) return false;
      if (old?.ip !== now?.ip) return 'pool' in input.address;
      // Another Service has come to share the address: that is less to do, not something else.
      const shown = new Set(before.steps.map(({ id }) => id));
      return after.steps.every(({ id }) => shown.has(id));
    },
  };
}
