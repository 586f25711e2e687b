import type { Fix } from '../../explain/explanation.ts';
import { serviceObject } from '../../explain/phrases.ts';
import { fixOf, isNode, mendOf } from '../../list/problems.ts';
import { oncePer } from '../../once-per.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Snapshot } from '../../snapshot/model.ts';
import { type Assignment, readAssignments } from '../../snapshot/records.ts';
import type { Found } from '../finding.ts';
import { fixBy } from './fix-by.ts';

/** An address that extip's record on the Service has as assigned. */
export interface Assigned {
  service: Service;
  entry: Assignment;
  /** It names a node that there is not, as far as is known. */
  isNodeGone: boolean;
}

/** Those of all Services; what was begun and not finished is not among them. */
export const assigned = oncePer((snapshot: Snapshot): Assigned[] =>
  snapshot.cluster.services.flatMap((service) =>
    readAssignments(service)
      .assignments.filter(({ phase }) => phase === 'assigned')
      .map((entry) => ({ service, entry, isNodeGone: !isNode(snapshot, entry.node) })),
  ),
);

/** What is the same of all that is found of an assignment, with what puts it in order. */
export function assignedFound(
  snapshot: Snapshot,
  { service, entry, isNodeGone }: Assigned,
): Pick<Found, 'object' | 'touches' | 'fix' | 'mend'> {
  const about = {
    object: serviceObject(service),
    touches: [`ip/${entry.ip}`, `node/${entry.node}`],
  };
  if (isNodeGone) return { ...about, fix: commandOf(fixOf(snapshot, service, entry, 'assign')) };
  return { ...about, ...(fixBy(mendOf(snapshot, service, entry, 'assign')) ?? { fix: null }) };
}

function commandOf(command: string | null): Fix | null {
  return command === null ? null : { command };
}

/** The record on the Service, as evidence. */
export function recordLine({ service, entry }: Assigned): string {
  return `service ${serviceKey(service)}: extip.dev/assignments has ${entry.ip} on ${entry.interface} of ${entry.node}`;
}
