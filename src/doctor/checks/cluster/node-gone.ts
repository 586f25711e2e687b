import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { assigned, assignedFound, recordLine } from '../../facts/assigned.ts';

/** Should it come back as it was, it has the address still. */
export const nodeGone: ClusterCheck = {
  code: 'EXT114',
  title: 'an address is assigned to a node that is no more in the cluster',
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: [],
  find: ({ snapshot }) =>
    assigned(snapshot)
      .filter(({ isNodeGone }) => isNodeGone)
      .map((one) => ({
        ...assignedFound(snapshot, one),
        message: `${one.entry.ip} is assigned to ${serviceKey(one.service)} on ${one.entry.node}, and there is no node of this name`,
        evidence: [recordLine(one), `nodes: ${one.entry.node} is not among them`],
      })),
};
