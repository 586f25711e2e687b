import type { Evidence } from '../../../explain/evidence.ts';
import { endpoints } from '../../../explain/observations/endpoints.ts';
import { nameList, serviceObject } from '../../../explain/phrases.ts';
import { isReady, podEndpointsOf } from '../../../snapshot/endpoints.ts';
import { type Endpoint, type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';

/** The others carry what they were to carry. */
export const endpointsNotReady: ClusterCheck = {
  code: 'EXT205',
  title: 'not all endpoints of a Service with an external IP are ready',
  severity: 'warning',
  reads: ['services', 'endpointslices'],
  ofNodes: [],
  find: (evidence) => {
    const waiting = new Map(
      evidence.services.flatMap((service) => {
        const own = notReady(evidence, service);
        return own.length > 0 ? [[serviceObject(service), { service, own }] as const] : [];
      }),
    );
    const known = endpoints(evidence).filter(({ object }) => waiting.has(object));
    return observed(known, 'warning', ({ object }) => {
      const { service, own } = waiting.get(object) ?? {};
      const names = (own ?? []).map(({ addresses }) => addresses.join());
      return [
        `endpointslices of ${service ? serviceKey(service) : object}: not ready: ${nameList(names)}`,
      ];
    });
  },
};

/** Those that will not be; where some are ready, without those that end, as with every new version. */
function notReady({ snapshot }: Evidence, service: Service): Endpoint[] {
  const all = podEndpointsOf(snapshot, service);
  const waiting = all.filter((endpoint) => !isReady(endpoint));
  if (waiting.length === all.length) return waiting;
  return waiting.filter(({ conditions }) => conditions?.terminating !== true);
}
