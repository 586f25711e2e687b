import { areEndpointsKnown, endpointsOf } from '../../snapshot/endpoints.ts';
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
      const all = endpointsOf(evidence.snapshot, service);
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
          message: `of the ${all.length} pods behind ${key}, ${without.length} without a port of the name ${targetPort}, which its targetPort asks for: those get nothing`,
          fix: {
            advice: `name a containerPort ${targetPort} in those pods, or give targetPort a number`,
          },
        },
      ];
    }),
  );
}
