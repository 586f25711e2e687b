import type { Packet } from './packet.ts';

/**
 * The flags of a TCP packet: a walk sends what opens a connection, a SYN, and gets a SYN,ACK or
 * REJECT's reset. undefined: it is no TCP packet.
 */
export function tcpFlags({ protocol, leg }: Packet): readonly string[] | undefined {
  return protocol === 'tcp' ? TCP_FLAGS[leg] : undefined;
}

const TCP_FLAGS: Readonly<Record<Packet['leg'], readonly string[]>> = {
  first: ['SYN'],
  reply: ['SYN', 'ACK'],
  refusal: ['RST', 'ACK'],
};

/**
 * The type and code of an ICMP packet: a walk sends echo requests and gets echo replies. undefined:
 * a refusal, whose type the packet does not say.
 */
export function icmpType({ protocol, leg }: Packet): { type: number; code: number } | undefined {
  if (leg === 'refusal') return undefined;
  const isReply = leg === 'reply';
  if (protocol === 'icmp') return { type: isReply ? 0 : 8, code: 0 };
  return protocol === 'icmpv6' ? { type: isReply ? 129 : 128, code: 0 } : undefined;
}
