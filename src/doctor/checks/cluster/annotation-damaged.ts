import { serviceObject } from '../../../explain/phrases.ts';
import { removeAnnotation } from '../../../list/assignments.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';

/** extip does nothing with the Service until it is readable, or gone. */
export const annotationDamaged: ClusterCheck = {
  code: 'EXT117',
  title: 'the record on a Service cannot be read',
  severity: 'error',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: ({ snapshot }) =>
    snapshot.cluster.services.flatMap((service) => {
      const { damaged } = readAssignments(service);
      if (damaged === undefined) return [];
      const key = serviceKey(service);
      return {
        object: serviceObject(service),
        message: `what extip assigned to ${key} is not known: its record there was changed by hand, or is of another version`,
        evidence: [`service ${key}: the annotation extip.dev/assignments ${damaged}`],
        fix: { command: removeAnnotation(service) },
      };
    }),
};
