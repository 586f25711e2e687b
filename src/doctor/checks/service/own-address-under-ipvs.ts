import type { ClusterCheck } from '../../check.ts';
import { machineAddressesFound } from '../../facts/machine-addresses.ts';

/** kube-ipvs0 of every node has it then. */
export const ownAddressUnderIpvs: ClusterCheck = {
  code: 'EXT217',
  title: "an external IP is a node's own address, and IPVS serves Services",
  severity: 'error',
  reads: ['services', 'nodes', 'endpointslices'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    machineAddressesFound(
      evidence,
      'ipvs',
      'every node that runs IPVS takes it for its own (kube-ipvs0), and no longer reaches that node',
    ),
};
