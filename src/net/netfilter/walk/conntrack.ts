import type { Connection, Packet, Tuple } from '../packet.ts';
import type { Hook } from '../rules.ts';
import { type Ground, kernelPhase, type Move } from './move.ts';
import { NO_NAT, type State } from './state.ts';

/** A packet that conntrack has not seen. */
export const NO_CONNECTION: Connection = {
  state: 'none',
  direction: 'original',
  original: null,
  reply: null,
  confirmed: false,
  dnat: false,
  snat: false,
  mark: 0,
  replyZone: 0,
};

/**
 * Finds the packet's connection or makes one. What has an entry, as over lo or for the node's
 * refusals, and what is untracked is left alone (nf_conntrack_in, net/netfilter/
 * nf_conntrack_core.c, Linux 6.18).
 */
export function track(state: State, hook: Hook, ground: Ground): Move {
  const { packet } = state;
  if (packet.connection.state !== 'none') return { kind: 'go', state };
  const connection = found(packet) ?? begun(packet);
  ground.record(kernelPhase(hook, 'conntrack', connection.state));
  const nat = connection.state === 'new' ? NO_NAT : state.nat;
  return {
    kind: 'go',
    state: { ...state, nat, packet: { ...packet, connection, template: null } },
  };
}

/** The connection that the packet answers, if it is looked for in the zone that this is in. */
function found({ connection, template }: Packet): Connection | null {
  const isInZone = connection.replyZone === (template?.replyZone ?? 0);
  return connection.original && isInZone
    ? { ...connection, state: 'established', confirmed: true }
    : null;
}

function begun(packet: Packet): Connection {
  const { leg, template, connection } = packet;
  // Only a SYN begins a TCP connection, an INIT one of SCTP, a request one of ICMP: an answer to what
  // was not tracked, and an error about it, belongs to none (nf_conntrack_proto_tcp.c, _sctp.c,
  // _icmp.c, _icmpv6.c).
  const isStray = leg !== 'first' && packet.protocol !== 'udp';
  if (isStray) return { ...connection, state: 'invalid' };
  return {
    ...NO_CONNECTION,
    state: 'new',
    original: tupleOf(packet),
    reply: inverseOf(packet),
    replyZone: template?.replyZone ?? 0,
  };
}

/** Where the packet comes from and goes to. */
export function tupleOf(packet: Packet): Tuple {
  const { protocol, source, sourcePort, destination, destinationPort } = packet;
  return { protocol, source, sourcePort, destination, destinationPort };
}

/** What the answer to the packet looks like, as it is now (nf_conntrack_alter_reply). */
export function inverseOf(packet: Packet): Tuple {
  return {
    protocol: packet.protocol,
    source: packet.destination,
    sourcePort: packet.destinationPort,
    destination: packet.source,
    destinationPort: packet.sourcePort,
  };
}
