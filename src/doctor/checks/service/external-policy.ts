import { policies } from '../../../explain/observations/policies.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { nameIn } from '../../facts/service-facts.ts';

/** With Cluster pods see the address of a node, with Local some nodes deliver nothing. */
export const externalPolicy: ClusterCheck = {
  code: 'EXT227',
  title: 'how a Service treats what comes from outside',
  severity: 'info',
  reads: ['services', 'endpointslices'],
  ofNodes: [],
  find: (evidence) =>
    observed(
      policies(evidence).filter(({ code }) => code === 'external-policy'),
      'info',
      ({ object }) => [
        `service ${nameIn(object)}: it has an address outside, and an externalTrafficPolicy`,
      ],
    ),
};
