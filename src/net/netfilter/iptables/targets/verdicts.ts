import type { Verdict } from '../../rules.ts';
import { printExtension } from '../print-extension.ts';
import type { TargetModel } from './model.ts';

function always(verdict: Verdict): TargetModel {
  return { options: {}, step: () => () => ({ kind: 'verdict', verdict }) };
}

export const accept = always({ kind: 'accept' });
export const drop = always({ kind: 'drop' });
export const giveBack = always({ kind: 'return' });

/** Handed to a program, or taken out of the rules' hands in a way that they do not describe. */
export function handedOver(kind: 'queue' | 'stolen', options: TargetModel['options']): TargetModel {
  return {
    options,
    step: (extension) => {
      const what = printExtension(extension).replace('-j ', '');
      return () => ({ kind: 'verdict', verdict: { kind, what } });
    },
  };
}
