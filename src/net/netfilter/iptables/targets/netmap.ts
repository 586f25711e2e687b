import { readNetworks, valueAt } from '../values.ts';
import { Malformed } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

/**
 * NETMAP: the network's bits of an address are replaced, the host's stay (kernel 6.1,
 * net/netfilter/xt_NETMAP.c).
 */
export const netmap: TargetModel = {
  options: { to: 1 },
  step: (extension, context) => {
    const option = optionOf(extension, 'to');
    const [to] = option ? readNetworks(valueAt(option.values, 0), context) : [];
    if (!to) throw new Malformed(extension.column, '--to is missing');
    return () => ({ kind: 'verdict', verdict: { kind: 'netmap', ...to } });
  },
};
