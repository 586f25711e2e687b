import { addressType } from '../../address-type.ts';
import { ask, returnsThrough } from '../../questions.ts';
import { type Condition, not } from '../condition.ts';
import type { MatchModel } from '../model.ts';

/**
 * Whether the source is reached through the interface that the packet comes in on; --loose: at all
 * (kernel 6.1, net/ipv4/netfilter/ipt_rpfilter.c). What comes in on a loopback interface says yes.
 * The route back is asked for: it takes the source's and, with --validmark, the mark's routing.
 */
export const rpfilter: MatchModel = {
  options: { loose: 0, validmark: 0, 'accept-local': 0, invert: 0 },
  conditions: ({ options }) => {
    const has = (option: string) => options.some(({ name }) => name === option);
    const condition = returns(has('loose'), has('accept-local'));
    return [has('invert') ? not(condition) : condition];
  },
};

function returns(loose: boolean, acceptLocal: boolean): Condition {
  return (packet, node) => {
    const device = packet.inInterface;
    const arrival = node.interfaces?.find(({ name }) => name === device);
    if (device === 'lo' || arrival?.loopback) return true;
    if (!acceptLocal && addressType(packet.source, node) === 'local') return false;
    if (loose) return ask(returnsThrough(packet.source, 'any interface'));
    if (device === null) return false;
    return ask(returnsThrough(packet.source, device ?? 'the interface it comes in on'));
  };
}
