import { endpoints } from '../../../explain/observations/endpoints.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';

/** What is sent to it is refused. */
export const noEndpoints: ClusterCheck = {
  code: 'EXT204',
  title: 'a Service with an external IP has no endpoint that gets packets',
  severity: 'error',
  reads: ['services', 'endpointslices'],
  ofNodes: [],
  standsInPart: false,
  find: (evidence) =>
    observed(endpoints(evidence), 'error', ({ object }) => [
      `endpointslices of ${object.replace(/^service\//, '')}: none is ready`,
    ]),
};
