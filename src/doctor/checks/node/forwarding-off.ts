import { forwarding } from '../../../explain/observations/forwarding.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';

/** No pod gets anything from outside then. */
export const forwardingOff: ClusterCheck = {
  code: 'EXT320',
  title: 'a node does not forward',
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: ['sysctl.txt'],
  standsInPart: true,
  find: (evidence) =>
    observed(forwarding(evidence), 'error', ({ object, message }) => {
      const [, setting] = /\((net\.\S+ is 0)\)/.exec(message) ?? [];
      return [`${object.replace(/^node\//, '')} sysctl.txt: ${setting ?? 'forwarding is 0'}`];
    }),
};
