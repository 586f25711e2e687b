import { quote } from '../../quote.ts';
import { areEndpointsKnown, endpointsOf, isEnding, isReady } from '../../snapshot/endpoints.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Evidence } from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { serviceObject } from '../phrases.ts';

/** A Service without endpoints, or with some that are not ready. */
export function endpoints(evidence: Evidence): Observation[] {
  if (!areEndpointsKnown(evidence.snapshot)) return [];
  return evidence.services.flatMap((service): Observation[] => {
    const all = endpointsOf(evidence.snapshot, service);
    const ready = all.filter(isReady).length;
    const ending = all.filter(isEnding).length;
    if (all.length > 0 && ready === all.length) return [];
    const key = serviceKey(service);
    const about = { object: serviceObject(service), fix: podsCommand(service) };
    if (all.length === 0) {
      const message = `${key} has no endpoints: no pod matches its selector, and what is sent to it is refused`;
      return [{ code: 'no-endpoints', severity: 'error', message, ...about }];
    }
    const code = 'endpoints-not-ready';
    if (ready > 0) {
      const message = `${all.length - ready} of the ${all.length} endpoints of ${key} are not ready and get nothing`;
      return [{ code, severity: 'warning', message, ...about }];
    }
    const none = `none of the ${all.length} endpoints of ${key} is ready: what is sent to it`;
    return ending > 0
      ? [
          {
            code,
            severity: 'warning',
            message: `${none} goes to those that end (${ending})`,
            ...about,
          },
        ]
      : [{ code, severity: 'error', message: `${none} is refused`, ...about }];
  });
}

function podsCommand({ metadata, spec }: Service): Fix {
  const labels = Object.entries(spec.selector ?? {}).map(([name, value]) => `${name}=${value}`);
  if (labels.length === 0)
    return { advice: 'it has no selector: its EndpointSlices are made by hand' };
  return { command: `kubectl get pods -n ${metadata.namespace} -l ${quote(labels.join(','))}` };
}
