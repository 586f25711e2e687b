import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { externalIPs } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { assigned, assignedFound, recordLine } from '../../facts/assigned.ts';

/** Nothing on any node leads from the address to the Service then. */
export const notInExternalIps: ClusterCheck = {
  code: 'EXT112',
  title: 'an assigned address is not in spec.externalIPs',
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts', 'records'],
  standsInPart: true,
  find: ({ snapshot }) =>
    assigned(snapshot)
      .filter(
        ({ service, entry, isNodeGone }) => !isNodeGone && !externalIPs(service).includes(entry.ip),
      )
      .map((one) => {
        const { service, entry } = one;
        const key = serviceKey(service);
        const others = externalIPs(service).join(', ');
        return {
          ...assignedFound(snapshot, one),
          message: `extip assigned ${entry.ip} to ${key}, and somebody took it out of spec.externalIPs: kube-proxy does not serve it`,
          evidence: [recordLine(one), `service ${key}: spec.externalIPs is ${others || 'empty'}`],
        };
      }),
};
