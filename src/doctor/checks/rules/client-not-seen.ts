import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { masqueraded } from '../../facts/masqueraded.ts';

/** With externalTrafficPolicy Cluster the answer has to come back through the node. */
export const clientNotSeen: ClusterCheck = {
  code: 'EXT410',
  title: "pods see a node's address and not the client's",
  severity: 'info',
  reads: ['services'],
  ofNodes: ['facts', 'rules'],
  standsInPart: true,
  find: (evidence) =>
    evidence.services
      .filter(({ spec }) => spec.externalTrafficPolicy !== 'Local')
      .flatMap((service) => {
        const walks = masqueraded(evidence, service);
        if (walks.length === 0) return [];
        return {
          object: serviceObject(service),
          message: `externalTrafficPolicy of ${serviceKey(service)} is Cluster: its pods see a node's address in place of the client's`,
          evidence: walks,
          fix: null,
        };
      }),
};
