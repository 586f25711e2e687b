import type { ClusterCheck } from '../../check.ts';
import {
  endpointObject,
  governedPlaces,
  POLICIES_AND_ENDPOINTS,
  withoutCalico,
} from '../../facts/calico-places.ts';

/** Of several endpoints for one interface the first by name governs it, and the others do nothing. */
export const endpointIdle: ClusterCheck = {
  code: 'EXT503',
  title: 'two host endpoints are for one interface',
  severity: 'warning',
  reads: POLICIES_AND_ENDPOINTS,
  ofNodes: ['facts'],
  skips: withoutCalico,
  find: ({ snapshot }, cluster) =>
    governedPlaces(snapshot, cluster).flatMap(({ node, link, endpoint, governing }) =>
      governing.idle.map((idle) => ({
        object: endpointObject(idle),
        touches: [`node/${node}`, endpointObject(endpoint)],
        message: `HostEndpoint ${idle.metadata.name} does nothing at ${link.name} of ${node}: ${endpoint.metadata.name} governs it, which comes first by name`,
        evidence: [endpoint, idle].map(
          ({ metadata, spec }) =>
            `HostEndpoint ${metadata.name}: it is for ${spec.interfaceName || (spec.expectedIPs ?? []).join(', ')} of ${spec.node}`,
        ),
        fix: {
          advice: 'put labels and profiles of both on the one that governs, and delete the other',
        },
      })),
    ),
};
