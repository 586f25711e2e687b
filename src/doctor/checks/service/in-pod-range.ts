import type { ClusterCheck } from '../../check.ts';
import { inRanges } from '../../facts/in-ranges.ts';

/** A pod may get it any moment, and routes for the range lead elsewhere. */
export const inPodRange: ClusterCheck = {
  code: 'EXT220',
  title: 'an external IP is in a range of the pods',
  severity: 'warning',
  reads: ['services', 'nodes'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) => inRanges(evidence, 'pod', 'a pod may get it, too'),
};
