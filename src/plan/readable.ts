import { RefusedError } from '../errors.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { type Assignment, readAssignments } from '../snapshot/records.ts';
import { serviceRef } from './service-ref.ts';

/** The Service's assignments; RefusedError where the annotation is not what extip writes. */
export function mustBeReadable(service: Service): Assignment[] {
  const state = readAssignments(service);
  if (state.damaged === undefined) return state.assignments;
  const { namespace, name } = serviceRef(service);
  throw new RefusedError(
    `the annotation extip.dev/assignments of ${namespace}/${name} is damaged: ${state.damaged}`,
    {
      reason: 'damaged-annotation',
      object: `service/${namespace}/${name}`,
      help: `look at it, then remove it: kubectl annotate service -n ${namespace} ${name} extip.dev/assignments-`,
      nothingChanged: true,
    },
  );
}
