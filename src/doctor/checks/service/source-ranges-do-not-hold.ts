import { policies } from '../../../explain/observations/policies.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { nameIn } from '../../facts/service-facts.ts';

/** kube-proxy keeps them for the load balancer's addresses alone. */
export const sourceRangesDoNotHold: ClusterCheck = {
  code: 'EXT224',
  title: 'source ranges of a Service do not hold for its external IPs',
  severity: 'warning',
  reads: ['services'],
  ofNodes: [],
  find: (evidence) =>
    observed(
      policies(evidence).filter(({ code }) => code === 'source-ranges'),
      'warning',
      ({ object }) => [
        `service ${nameIn(object)}: it has loadBalancerSourceRanges, and spec.externalIPs`,
      ],
    ),
};
