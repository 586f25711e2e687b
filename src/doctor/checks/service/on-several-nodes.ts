import { holders } from '../../../explain/evidence.ts';
import { severalHolders } from '../../../explain/observations/several-holders.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../observed.ts';

/** Which of them a neighbour believes is chance. */
export const onSeveralNodes: ClusterCheck = {
  code: 'EXT202',
  title: 'an external IP is on several nodes of one segment',
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) =>
    observed(severalHolders(evidence), 'error', ({ object }) =>
      holders(evidence, object.replace(/^ip\//, '')).map(
        (place) => `${place.node} ip-addr.json: ${place.interface ?? 'an interface'} has it`,
      ),
    ),
};
