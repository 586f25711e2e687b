import type { Ip } from '../net/ip.ts';
import type { Side } from './checked-interfaces.ts';
import { exchangeOf, type Fate, oneWay } from './exchange.ts';
import type { Passage } from './judge.ts';
import type { Packet } from './packet.ts';
import type { Verdict } from './verdict.ts';

/** Something that goes through an interface: what becomes of it there. */
export type Flow = (side: Side) => Fate;

/** A flow that was let through and is not any more, or of which that is not known. */
export interface Stopped {
  flow: Flow;
  reason: string;
}

/** Whether the flow is stopped by what differs between the sides; null: it is not, or it was before. */
export function stoppedBetween(before: Side, after: Side, flow: Flow): Stopped | null {
  const was = flow(before);
  if (was.packet.outcome !== 'allowed') return null;
  const is = flow(after);
  for (const part of ['packet', 'exchange'] as const) {
    const isLost = was[part].outcome === 'allowed' && is[part].outcome !== 'allowed';
    if (isLost) return { flow, reason: reasonOf(is[part]) };
  }
  return null;
}

function reasonOf({ outcome, reason }: Verdict): string {
  return outcome === 'unknown' ? `not known: ${reason}` : reason;
}

/** A packet to or from a node itself. */
export interface HostPacket {
  protocol: number;
  source: Ip;
  destination: Ip;
  /** null: the protocol has none. */
  port: number | null;
  sourcePort?: number;
  icmp?: Packet['icmp'];
  /** It is answered, and the answer goes back the same way. */
  isAnswered: boolean;
}

/** What comes to the node. */
export function into(packet: HostPacket): Flow {
  return hostFlow('ingress', packet);
}

/** What the node sends. */
export function outOf(packet: HostPacket): Flow {
  return hostFlow('egress', packet);
}

function hostFlow(
  direction: Passage['direction'],
  { port, sourcePort, isAnswered, ...rest }: HostPacket,
): Flow {
  const packet = { ...rest, sourcePort: sourcePort ?? null, destinationPort: port };
  const passage: Passage = { direction, through: 'host', packet };
  return ({ judge }) => (isAnswered ? exchangeOf(judge, passage) : oneWay(judge.judge(passage)));
}
