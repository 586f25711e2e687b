import type { ClusterCheck } from '../../check.ts';
import { endpointObject, withoutCalico } from '../../facts/calico-places.ts';

/** A perimeter is made so; the node then lives by its policies alone. */
export const endpointWithoutProfile: ClusterCheck = {
  code: 'EXT502',
  title: 'a host endpoint has no profile',
  severity: 'info',
  reads: ['hostendpoints'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutCalico,
  find: (_, { calico }) =>
    calico.hostEndpoints
      .filter(({ spec }) => (spec.profiles ?? []).length === 0)
      .map((endpoint) => ({
        object: endpointObject(endpoint),
        touches: [`node/${endpoint.spec.node}`],
        message: `HostEndpoint ${endpoint.metadata.name} has no profile: what no policy allows of the node's own traffic is denied there`,
        evidence: [`HostEndpoint ${endpoint.metadata.name}: spec.profiles is empty`],
        fix: null,
      })),
};
