import type { Connection, Packet } from './packet.ts';

/** Whether the packet belongs to an entry of conntrack's; an invalid or untracked one does not. */
export function hasEntry({ state }: Connection): boolean {
  return state === 'new' || state === 'established' || state === 'related';
}

/**
 * The state that rules see. Where conntrack has not looked yet it is called invalid, and new where a
 * rule has attached a template (nf_ct_get in net/netfilter/xt_conntrack.c, nft_ct.c; Linux 6.18).
 */
export function visibleState({
  connection,
  template,
}: Packet): Exclude<Connection['state'], 'none'> {
  if (connection.state !== 'none') return connection.state;
  return template ? 'new' : 'invalid';
}

/**
 * Bits of the status of a packet's entry, at a connection's first packet or the answer to it;
 * undefined: not known. An entry is confirmed when its first packet has passed the last hook, which
 * over lo is before it comes in; what REJECT sends changes nothing of it (nf_conntrack_confirm,
 * nf_conntrack_attach, Linux 6.18).
 */
export const ENTRY_STATUS = {
  EXPECTED: ({ leg, connection }: Packet) =>
    unless(connection.state === 'related' && leg !== 'refusal'),
  SEEN_REPLY: ({ leg, connection }: Packet) =>
    leg !== 'refusal' && (connection.direction === 'reply' || unless(connection.state !== 'new')),
  ASSURED: ({ leg, connection }: Packet) => unless(connection.state !== 'new' && leg !== 'refusal'),
  CONFIRMED: ({ leg, connection, inInterface, outInterface }: Packet) => {
    if (leg !== 'refusal') return connection.state !== 'new' || inInterface === 'lo';
    // What was refused may have been on its way to lo, or have come over it.
    return unless(inInterface === 'lo' || outInterface === 'lo');
  },
};

/** Not set, unless it is so: then it is not known. */
function unless(isUnknown: boolean): false | undefined {
  return isUnknown ? undefined : false;
}
