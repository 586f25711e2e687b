import type { ClusterCheck } from '../../check.ts';
import { machineAddressesFound } from '../../facts/machine-addresses.ts';

/** Whatever else listens there at the ports of the Service is cut off, from inside the cluster, too. */
export const ownAddress: ClusterCheck = {
  code: 'EXT216',
  title: 'an external IP is an address that a node or the API server lives by',
  severity: 'warning',
  reads: ['services', 'nodes', 'endpointslices'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    machineAddressesFound(
      evidence,
      'plain',
      'at the ports of the Service what is sent there no longer comes to it, from no node and no pod',
    ),
};
