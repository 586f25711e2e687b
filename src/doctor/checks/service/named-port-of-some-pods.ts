import { namedPort } from '../../../explain/observations/named-port.ts';
import type { ClusterCheck } from '../../check.ts';
import { namedPortLines } from '../../facts/named-port-lines.ts';
import { observed } from '../../facts/observed.ts';

/** The others carry all of it. */
export const namedPortOfSomePods: ClusterCheck = {
  code: 'EXT207',
  title: 'pods behind a Service have not the port that it names',
  severity: 'warning',
  reads: ['services', 'endpointslices'],
  ofNodes: [],
  find: (evidence) =>
    observed(namedPort(evidence), 'warning', ({ object }) => namedPortLines(evidence, object)),
};
