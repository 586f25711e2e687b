import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { masqueraded } from '../../facts/masqueraded.ts';

/** externalTrafficPolicy Local is there to keep the client's address. */
export const clientHidden: ClusterCheck = {
  code: 'EXT409',
  title: "the client's address is hidden although the policy is Local",
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts', 'rules'],
  standsInPart: true,
  find: (evidence) =>
    evidence.services
      .filter(({ spec }) => spec.externalTrafficPolicy === 'Local')
      .flatMap((service) => {
        const walks = masqueraded(evidence, service);
        if (walks.length === 0) return [];
        return {
          object: serviceObject(service),
          message: `externalTrafficPolicy of ${serviceKey(service)} is Local, and its pods see a node's address all the same: something masquerades what comes in`,
          evidence: walks,
          fix: {
            advice:
              'look for the rule in `extip explain`: kube-proxy with masqueradeAll, a MASQUERADE of another tool, or traffic that another node sends on',
          },
        };
      }),
};
