import type { ClusterCheck } from '../../check.ts';
import { machineAddresses } from '../../facts/machine-addresses.ts';

/** kube-ipvs0 of every node has it then. */
export const ownAddressUnderIpvs: ClusterCheck = {
  code: 'EXT217',
  title: "an external IP is a node's own address, and IPVS serves Services",
  severity: 'error',
  reads: ['services', 'nodes', 'endpointslices'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    machineAddresses(evidence)
      .filter(({ kind }) => kind === 'ipvs')
      .map(({ ip, whose, object, touches, evidence }) => ({
        object,
        touches,
        message: `${ip} is ${whose}: every node that runs IPVS takes it for its own (kube-ipvs0), and no longer reaches that node`,
        evidence,
        fix: { advice: `release ${ip} from the Service, and assign an address of its own` },
      })),
};
