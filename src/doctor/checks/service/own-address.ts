import type { ClusterCheck } from '../../check.ts';
import { machineAddresses } from '../../facts/machine-addresses.ts';

/** Whatever else listens there at the ports of the Service is cut off, from inside the cluster, too. */
export const ownAddress: ClusterCheck = {
  code: 'EXT216',
  title: 'an external IP is an address that a node or the API server lives by',
  severity: 'warning',
  reads: ['services', 'nodes', 'endpointslices'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    machineAddresses(evidence)
      .filter(({ kind }) => kind === 'plain')
      .map(({ ip, whose, object, touches, evidence }) => ({
        object,
        touches,
        message: `${ip} is ${whose}: at the ports of the Service what is sent there no longer comes to it, from no node and no pod`,
        evidence,
        fix: { advice: `release ${ip} from the Service, and assign an address of its own` },
      })),
};
