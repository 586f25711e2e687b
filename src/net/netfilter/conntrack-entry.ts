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
 * Whether iptables takes a template for the packet's entry: it has no addresses, and the mark that
 * rules gave it before, to any packet (nf_ct_get, Linux 6.18; nft looks at no template).
 */
export function hasTemplate({ connection, template }: Packet): boolean {
  return connection.state === 'none' && template !== null;
}

/**
 * Bits of the status of a packet's entry, at a connection's first packet or the answer to it;
 * undefined: not known. What REJECT sends changes nothing of the entry of what it refuses
 * (nf_conntrack_attach, Linux 6.18).
 */
export const ENTRY_STATUS = {
  EXPECTED: ({ leg, connection }: Packet) =>
    unless(connection.state === 'related' && leg !== 'refusal'),
  SEEN_REPLY: ({ leg, connection }: Packet) =>
    leg !== 'refusal' && (connection.direction === 'reply' || unless(connection.state !== 'new')),
  ASSURED: ({ leg, connection }: Packet) => unless(connection.state !== 'new' && leg !== 'refusal'),
  CONFIRMED: ({ connection }: Packet) => connection.confirmed,
};

/** Not set, unless it is so: then it is not known. */
function unless(isUnknown: boolean): false | undefined {
  return isUnknown ? undefined : false;
}
