import { ask, matches } from '../../questions.ts';
import { type Condition, not } from '../condition.ts';
import { ifAll, type MatchModel } from '../model.ts';
import { printOption } from '../print-extension.ts';

/**
 * Kernel 6.1, net/netfilter/xt_owner.c owner_mt: a packet that no process of this node sends has no
 * owner, so that only what is inverted says yes; REJECT's ICMP errors have a socket of the kernel's.
 * Who sends the others is in no dump.
 */
export const owner: MatchModel = {
  options: { 'uid-owner': 1, 'gid-owner': 1, 'socket-exists': 0, 'suppl-groups': 0 },
  conditions: ({ options }) =>
    ifAll(
      options.filter(({ name }) => name !== 'suppl-groups'),
      (option) => {
        const question = matches(`-m owner ${printOption({ ...option, inverted: false }, '--')}`);
        const owned: Condition = ({ leg, protocol, inInterface }) => {
          if (leg === 'refusal') return option.name === 'socket-exists' && protocol !== 'tcp';
          return inInterface === null && ask(question);
        };
        return option.inverted ? not(owned) : owned;
      },
    ),
};
