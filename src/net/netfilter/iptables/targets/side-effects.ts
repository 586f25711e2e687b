import { rewritten } from '../../changes.ts';
import type { Change } from '../../rules.ts';
import { printExtension } from '../print-extension.ts';
import type { TargetModel } from './model.ts';

/**
 * A target after which the next rule follows and the packet is, as far as a walk can tell, the same.
 * Matches that could see its effect (ttl, dscp …) ask, and after it anew: `rewrites` says which.
 */
function passing(
  action: Change['action'],
  options: TargetModel['options'],
  rewrites?: string,
): TargetModel {
  return {
    options,
    step: (extension) => {
      const effect = printExtension(extension).replace('-j ', '');
      return (packet) => {
        const after = rewrites === undefined ? packet : rewritten(packet, rewrites, effect);
        return { kind: 'change', action, effect, packet: after };
      };
    },
  };
}

/** Options whose value may look like an option, see words.ts; the others are read up to the next. */
export const log = passing('log', { 'log-prefix': 1 });
export const nflog = passing('log', { 'nflog-prefix': 1 });
export const ulog = passing('log', { 'ulog-prefix': 1 });

/** `field`: of the header, as `unmodelled` of the matches calls it. */
export function rewriting(field?: string): TargetModel {
  return passing('set', {}, field);
}
