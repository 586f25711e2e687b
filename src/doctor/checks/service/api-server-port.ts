import type { ClusterCheck } from '../../check.ts';
import { machineAddressesFound } from '../../facts/machine-addresses.ts';

/** kubelet, kube-proxy and all controllers come to the pods of a Service instead. */
export const apiServerPort: ClusterCheck = {
  code: 'EXT218',
  title: 'an external IP has the address and port of the API server',
  severity: 'error',
  reads: ['services', 'nodes', 'endpointslices'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    machineAddressesFound(
      evidence,
      'api-port',
      'the nodes send what is for the API server to the Service',
    ),
};
