import type { Step } from './rules.ts';

/**
 * NOTRACK of either kind of rules. A packet that has an entry or a template already keeps it (kernel
 * 6.1, net/netfilter/xt_CT.c xt_ct_target, nft_ct.c nft_notrack_eval).
 */
export const leaveUntracked: Step = (packet) => {
  if (packet.connection.state !== 'none' || packet.template) return true;
  const connection = { ...packet.connection, state: 'untracked' as const };
  return {
    kind: 'change',
    action: 'notrack',
    effect: 'not tracked',
    packet: { ...packet, connection },
  };
};
