import type { Change } from '../../rules.ts';
import { printExtension } from '../print-extension.ts';
import type { TargetModel } from './model.ts';

/**
 * A target after which the next rule follows and the packet is, as far as a walk can tell, the same.
 * Matches that could see its effect (ttl, dscp, recent …) ask anyway.
 */
function passing(action: Change['action'], options: TargetModel['options']): TargetModel {
  return {
    options,
    step: (extension) => {
      const effect = printExtension(extension).replace('-j ', '');
      return (packet) => ({ kind: 'change', action, effect, packet });
    },
  };
}

/** Options whose value may look like an option, see words.ts; the others are read up to the next. */
export const log = passing('log', { 'log-prefix': 1 });
export const nflog = passing('log', { 'nflog-prefix': 1 });
export const ulog = passing('log', { 'ulog-prefix': 1 });
export const rewriting = passing('set', {});
