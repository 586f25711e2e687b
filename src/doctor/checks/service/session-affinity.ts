import { policies } from '../../../explain/observations/policies.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { nameIn } from '../../facts/service-facts.ts';

/** Clients behind one address are one client. */
export const sessionAffinity: ClusterCheck = {
  code: 'EXT226',
  title: 'a client of a Service comes to the same pod each time',
  severity: 'info',
  reads: ['services'],
  ofNodes: [],
  find: (evidence) =>
    observed(
      policies(evidence).filter(({ code }) => code === 'session-affinity'),
      'info',
      ({ object }) => [`service ${nameIn(object)}: sessionAffinity is ClientIP`],
    ),
};
