import { returnPath } from '../../../explain/observations/return-path.ts';
import type { ClusterCheck } from '../../check.ts';
import { walkText } from '../../facts/lost-flows.ts';
import { observed } from '../../facts/observed.ts';

/** A firewall on the way that sees but one half of a connection drops it. */
export const asymmetricReturn: ClusterCheck = {
  code: 'EXT411',
  title: 'what comes in by one interface is answered by another',
  severity: 'warning',
  reads: ['services', 'nodes'],
  ofNodes: ['facts', 'rules', 'ip-route.json'],
  standsInPart: true,
  find: (evidence) =>
    observed(
      returnPath(evidence).filter(({ code }) => code === 'asymmetric-return'),
      'warning',
      () =>
        evidence.flows
          .filter(({ reply }) => reply?.reason === 'asymmetric')
          .map((flow) => `${walkText(flow)}: the answer leaves by another interface`),
    ),
};
