import { areEndpointsKnown, podEndpointsOf } from '../../snapshot/endpoints.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { serviceObject } from '../phrases.ts';

/** A port that is named in the Service, and that pods behind it have not. */
export function namedPort(evidence: Evidence): Observation[] {
  if (!areEndpointsKnown(evidence.snapshot)) return [];
  return evidence.services.flatMap((service) =>
    (service.spec.ports ?? []).flatMap(({ name = '', targetPort }): Observation[] => {
      if (typeof targetPort !== 'string') return [];
      const all = podEndpointsOf(evidence.snapshot, service);
      const without = all.filter(
        ({ slice }) => !slice.ports?.some((port) => (port.name ?? '') === name),
      );
      if (without.length === 0) return [];
      const key = serviceKey(service);
      return [
        {
          code: 'named-port-missing',
          severity: without.length === all.length ? 'error' : 'warning',
          object: serviceObject(service),
          message: `pods behind ${key} that have no port of the name ${targetPort}, which its targetPort asks for, and get nothing: ${without.length} of ${all.length}`,
          fix: {
            advice: `name a containerPort ${targetPort} in those pods, or give targetPort a number`,
          },
        },
      ];
    }),
  );
}
