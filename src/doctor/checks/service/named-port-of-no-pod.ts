import { namedPort } from '../../../explain/observations/named-port.ts';
import type { ClusterCheck } from '../../check.ts';
import { namedPortLines } from '../../facts/named-port-lines.ts';
import { observed } from '../../facts/observed.ts';

/** What is sent there is refused. */
export const namedPortOfNoPod: ClusterCheck = {
  code: 'EXT206',
  title: 'no pod behind a Service has the port that it names',
  severity: 'error',
  reads: ['services', 'endpointslices'],
  ofNodes: [],
  find: (evidence) =>
    observed(namedPort(evidence), 'error', ({ object }) => namedPortLines(evidence, object)),
};
