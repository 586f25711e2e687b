import { holders } from '../../../explain/evidence.ts';
import { neighbours } from '../../../explain/observations/neighbours.ts';
import type { ClusterCheck } from '../../check.ts';
import { learntOf } from '../../facts/learnt-of.ts';
import { observed } from '../../facts/observed.ts';

/**
 * By the nodes' neighbour tables, of what a node has: where none has it, another one may be meant to, a load
 * balancer before the cluster.
 */
export const heldByAnotherHost: ClusterCheck = {
  code: 'EXT316',
  title: "another host answers for an external IP of a node's",
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) =>
    observed(neighbours(evidence), 'error', (it) => learntOf(evidence, it)).filter(
      ({ object }) => holders(evidence, object.replace(/^ip\//, '')).length > 0,
    ),
};
