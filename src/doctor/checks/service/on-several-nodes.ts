import { severalHolders } from '../../../explain/observations/several-holders.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { placeLines } from '../../facts/place-lines.ts';
import { nameIn } from '../../facts/service-facts.ts';

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
      placeLines(evidence, nameIn(object)),
    ),
};
