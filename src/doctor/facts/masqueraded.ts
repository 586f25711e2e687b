import type { Evidence } from '../../explain/evidence.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import { walkText } from './lost-flows.ts';

/** The walks from outside to the Service's pods in which the packet gets a node's address as its source. */
export function masqueraded({ flows }: Evidence, service: Service): string[] {
  const found = flows.filter(
    ({ origin, service: key, verdict, masquerade }) =>
      origin === 'external' &&
      key === serviceKey(service) &&
      verdict.outcome === 'delivered' &&
      masquerade === true,
  );
  return found.map((flow) => `${walkText(flow)}: masqueraded`);
}
