import { hasEntry, hasTemplate } from '../../conntrack-entry.ts';
import { ask, matches } from '../../questions.ts';
import type { MatchModel } from '../model.ts';
import { ifAll, perOption } from '../model.ts';
import { printOption } from '../print-extension.ts';
import { readMarkMask, valueAt } from '../values.ts';

/** Kernel 6.1, net/netfilter/xt_mark.c mark_mt. */
export const mark = perOption({
  mark: [
    1,
    (values) => {
      const { value, mask } = readMarkMask(valueAt(values, 0));
      return (packet) => (packet.mark & mask) >>> 0 === value;
    },
  ],
});

/**
 * Kernel 6.1, net/netfilter/xt_connmark.c connmark_mt: without a conntrack entry it says no, inverted
 * or not.
 */
export const connmark: MatchModel = {
  options: { mark: 1 },
  conditions: ({ options }) =>
    ifAll(options, (option) => {
      const { inverted, values } = option;
      const { value, mask } = readMarkMask(valueAt(values, 0));
      const ofTemplate = ask(matches(`-m connmark ${printOption(option, '--')}`));
      return (packet) => {
        const { connection } = packet;
        if (hasTemplate(packet)) return ofTemplate;
        return hasEntry(connection) && ((connection.mark & mask) >>> 0 === value) !== inverted;
      };
    }),
};
