import { neighbours } from '../../../explain/observations/neighbours.ts';
import type { ClusterCheck } from '../../check.ts';
import { learntOf } from '../../facts/learnt-of.ts';
import { observed } from '../../facts/observed.ts';

/** Whoever else has learnt the same sends to the wrong node, too. */
export const staleNeighbour: ClusterCheck = {
  code: 'EXT317',
  title: 'a node sends an external IP to one that no longer has it',
  severity: 'warning',
  reads: ['services', 'nodes'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) => observed(neighbours(evidence), 'warning', (it) => learntOf(evidence, it)),
};
