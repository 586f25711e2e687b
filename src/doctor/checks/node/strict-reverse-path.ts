import { returnPath } from '../../../explain/observations/return-path.ts';
import type { ClusterCheck } from '../../check.ts';
import { lostOn } from '../../facts/lost-flows.ts';
import { observed } from '../../facts/observed.ts';

/** The node's own way back leads by another interface, and rp_filter is strict. */
export const strictReversePath: ClusterCheck = {
  code: 'EXT318',
  title: 'rp_filter throws away what comes in for an external IP',
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: ['facts', 'rules', 'sysctl.txt'],
  standsInPart: true,
  find: (evidence) =>
    observed(
      returnPath(evidence).filter(({ code }) => code === 'asymmetric-return'),
      'error',
      ({ object }) =>
        lostOn(evidence, object.replace(/^node\//, ''), ({ reason }) => reason === 'reverse-path'),
    ),
};
