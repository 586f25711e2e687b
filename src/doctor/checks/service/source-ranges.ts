import { policies } from '../../../explain/observations/policies.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { nameIn } from '../../facts/service-facts.ts';

/** Others get no answer at all. */
export const sourceRanges: ClusterCheck = {
  code: 'EXT225',
  title: 'a Service answers some clients only',
  severity: 'info',
  reads: ['services'],
  ofNodes: [],
  find: (evidence) =>
    observed(
      policies(evidence).filter(({ code }) => code === 'source-ranges'),
      'info',
      ({ object }) => [`service ${nameIn(object)}: it has loadBalancerSourceRanges`],
    ),
};
