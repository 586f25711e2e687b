import type { ChalkInstance } from 'chalk';
import type { OutcomeLook } from './outcome-look.ts';

/** The colour of what becomes of a packet. */
export function painted(look: OutcomeLook, colors: ChalkInstance) {
  return { good: colors.green, lost: colors.red, open: colors.yellow }[look];
}
