import { quote } from '../../quote.ts';
import { areEndpointsKnown, endpointsOf, isReady } from '../../snapshot/endpoints.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Evidence } from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { serviceObject } from '../phrases.ts';

/** A Service without endpoints, or with some that are not ready. */
export function endpoints(evidence: Evidence): Observation[] {
  if (!areEndpointsKnown(evidence.snapshot)) return [];
  return evidence.services.flatMap((service): Observation[] => {
    const all = endpointsOf(evidence.snapshot, service);
    const ready = all.filter(isReady);
    if (all.length > 0 && ready.length === all.length) return [];
    const key = serviceKey(service);
    const object = serviceObject(service);
    const fix = podsCommand(service);
    if (all.length === 0) {
      const message = `${key} has no endpoints: no pod matches its selector, and what is sent to it is refused`;
      return [{ code: 'no-endpoints', severity: 'error', object, message, fix }];
    }
    const message =
      ready.length === 0
        ? `none of the ${all.length} endpoints of ${key} is ready: what is sent to it is refused`
        : `${all.length - ready.length} of the ${all.length} endpoints of ${key} are not ready and get nothing`;
    const severity = ready.length === 0 ? 'error' : 'warning';
    return [{ code: 'endpoints-not-ready', severity, object, message, fix }];
  });
}

function podsCommand({ metadata, spec }: Service): Fix {
  const labels = Object.entries(spec.selector ?? {}).map(([name, value]) => `${name}=${value}`);
  if (labels.length === 0)
    return { advice: 'it has no selector: its EndpointSlices are made by hand' };
  return { command: `kubectl get pods -n ${metadata.namespace} -l ${quote(labels.join(','))}` };
}
