import {
  type AssignmentState,
  type ListedAssignment,
  listAssignments,
} from '../../list/assignments.ts';
import { oncePer } from '../../once-per.ts';
import type { Snapshot } from '../../snapshot/model.ts';
import type { Found } from '../finding.ts';

const all = oncePer(listAssignments);

/** What `extip list -A` shows as being in this state. */
export function listed(snapshot: Snapshot, state: AssignmentState): ListedAssignment[] {
  return all(snapshot).filter((item) => item.state === state);
}

/** The Service that it is of, and its address, as findings name them. */
export function subjectOf({
  namespace,
  service,
  ip,
}: ListedAssignment): Pick<Found, 'object' | 'touches'> {
  return {
    object: `service/${namespace}/${service}`,
    touches: ip === null ? [] : [`ip/${ip}`],
  };
}
