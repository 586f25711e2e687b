import { quote } from '../../quote.ts';
import { areEndpointsKnown, isEnding, isReady, podEndpointsOf } from '../../snapshot/endpoints.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Evidence } from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { serviceObject } from '../phrases.ts';

/** A Service without endpoints, or with some that are not ready. */
export function endpoints(evidence: Evidence): Observation[] {
  if (!areEndpointsKnown(evidence.snapshot)) return [];
  return evidence.services.flatMap((service): Observation[] => {
    const all = podEndpointsOf(evidence.snapshot, service);
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
      const count = all.length - ready;
      const words = count === 1 ? 'is not ready and gets' : 'are not ready and get';
      const message = `${count} of the ${all.length} endpoints of ${key} ${words} nothing`;
      return [{ code, severity: 'warning', message, ...about }];
    }
    const which = all.length === 1 ? 'the one endpoint' : `none of the ${all.length} endpoints`;
    const is = all.length === 1 ? 'is not ready' : 'is ready';
    const none = `${which} of ${key} ${is}: what is sent to it`;
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
