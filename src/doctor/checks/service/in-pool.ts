import type { ClusterCheck } from '../../check.ts';
import { inRanges } from '../../facts/in-ranges.ts';

/** Who manages the pool does not know of it. */
export const inPool: ClusterCheck = {
  code: 'EXT221',
  title: "an external IP is in another program's pool",
  severity: 'warning',
  reads: ['services', 'ippools', 'ipaddresspools', 'configmaps'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) => inRanges(evidence, 'pool', 'that gives it to others as if it were free'),
};
