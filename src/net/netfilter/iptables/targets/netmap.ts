import { fromValue, type Ip } from '../../../ip.ts';
import type { Verdict } from '../../rules.ts';
import { readNetworks, valueAt } from '../values.ts';
import { Malformed } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

/**
 * NETMAP: the network's bits are replaced, the host's stay (kernel 6.1, net/netfilter/xt_NETMAP.c):
 * of the destination in PREROUTING and OUTPUT, of the source in POSTROUTING and INPUT. In a chain of
 * the user's the hook is not in the rule, and it is not modelled.
 */
export const netmap: TargetModel = {
  options: { to: 1 },
  step: (extension, context) => {
    const option = optionOf(extension, 'to');
    const [target] = option ? readNetworks(valueAt(option.values, 0), context) : [];
    if (!target) throw new Malformed(extension.column, '--to is missing');
    const kind = KINDS[context.chain];
    if (!kind) return null;
    return (packet) => {
      const ip = kind === 'dnat' ? packet.destination : packet.source;
      const mapped = fromValue(ip.family, (ip.value & ~target.mask) | target.network);
      return { kind: 'verdict', verdict: verdictOf(kind, mapped) };
    };
  },
};

const KINDS: Readonly<Record<string, 'dnat' | 'snat'>> = {
  PREROUTING: 'dnat',
  OUTPUT: 'dnat',
  POSTROUTING: 'snat',
  INPUT: 'snat',
};

function verdictOf(kind: 'dnat' | 'snat', ip: Ip): Verdict {
  return { kind, to: { addresses: { first: ip, last: ip }, ports: null, persistent: false } };
}
