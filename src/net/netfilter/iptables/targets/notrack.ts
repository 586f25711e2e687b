import type { Step } from '../../rules.ts';
import { optionOf, type TargetModel } from './model.ts';

/** A packet that has an entry already keeps it (kernel 6.1, net/netfilter/xt_CT.c xt_ct_target). */
const leaveUntracked: Step = (packet) => {
  if (packet.connection.state !== 'none') return true;
  const connection = { ...packet.connection, state: 'untracked' as const };
  return {
    kind: 'change',
    action: 'notrack',
    effect: 'not tracked',
    packet: { ...packet, connection },
  };
};

export const notrack: TargetModel = { options: {}, step: () => leaveUntracked };

/** CT: helpers, zones, events and timeouts are nothing that a first packet meets again. */
export const ct: TargetModel = {
  options: {
    notrack: 0,
    helper: 1,
    ctevents: 1,
    expevents: 1,
    timeout: 1,
    zone: 1,
    'zone-orig': 1,
    'zone-reply': 1,
  },
  step: (extension) => (optionOf(extension, 'notrack') ? leaveUntracked : () => true),
};
