import type { Packet } from './packet.ts';

/**
 * The flags of a TCP packet. A walk sends what opens a connection, a SYN, and as the first answer a
 * SYN,ACK, which conntrack calls invalid if it did not see the SYN; REJECT's reset is related.
 * undefined: a packet of which none is true.
 */
export function tcpFlags({ protocol, connection }: Packet): readonly string[] | undefined {
  if (protocol !== 'tcp') return undefined;
  if (connection.state === 'related') return ['RST', 'ACK'];
  if (connection.direction === 'reply' || connection.state === 'invalid') return ['SYN', 'ACK'];
  return ['none', 'new', 'untracked'].includes(connection.state) ? ['SYN'] : undefined;
}

/**
 * The type and code of an ICMP packet: a walk sends echo requests and gets echo replies. undefined:
 * a message about another connection (an error), whose type the packet does not say.
 */
export function icmpType({
  protocol,
  connection,
}: Packet): { type: number; code: number } | undefined {
  if (connection.state === 'related') return undefined;
  const reply = connection.direction === 'reply';
  if (protocol === 'icmp') return { type: reply ? 0 : 8, code: 0 };
  return protocol === 'icmpv6' ? { type: reply ? 129 : 128, code: 0 } : undefined;
}
