import { hasNoWayBack, returnPath } from '../../../explain/observations/return-path.ts';
import type { ClusterCheck } from '../../check.ts';
import { lostOn } from '../../facts/lost-flows.ts';
import { observed } from '../../facts/observed.ts';

/** What comes from there is never answered. */
export const noWayBack: ClusterCheck = {
  code: 'EXT319',
  title: 'a node that has an external IP has no route back to its clients',
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: ['facts', 'rules', 'ip-route.json'],
  standsInPart: true,
  find: (evidence) =>
    observed(
      returnPath(evidence).filter(({ code }) => code === 'no-way-back'),
      'error',
      ({ object }) => lostOn(evidence, object.replace(/^node\//, ''), hasNoWayBack),
    ),
};
