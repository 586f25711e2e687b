import type { Judge, Passage } from './judge.ts';
import { unknown, type Verdict } from './verdict.ts';

/** What becomes of something at an interface. */
export interface Fate {
  /** Of the first packet. */
  packet: Verdict;
  /** Of it and of what answers it. */
  exchange: Verdict;
}

/** What nothing answers, or what is told of it anyway. */
export function oneWay(verdict: Verdict): Fate {
  return { packet: verdict, exchange: verdict };
}

/** A client's port, as Linux chooses it (ip_local_port_range) and as IANA has it. */
const ANY_CLIENT_PORT = 55_000;

/**
 * What becomes of a packet and of what answers it. An answer belongs to the packet's connection and is let
 * through, but for untracked policies, which are asked of each packet: both ways must be tracked, or neither.
 * Failsafe ports have the answers, too (failsafeInChain, felix/rules/static.go, 3.28).
 */
export function exchangeOf(judge: Judge, passage: Passage): Fate {
  const packet = judge.judge(passage);
  const isOver = packet.outcome !== 'allowed' || !judge.policies?.has('untracked');
  return isOver ? oneWay(packet) : { packet, exchange: withAnswer(judge, passage, packet) };
}

function withAnswer(
  judge: Judge,
  { direction, through, packet }: Passage,
  there: Verdict,
): Verdict {
  if (packet.destination === null || judge.failsafe(direction, packet) === 'yes') return there;
  const back = judge.judge({
    direction: direction === 'ingress' ? 'egress' : 'ingress',
    through,
    packet: {
      protocol: packet.protocol,
      source: packet.destination,
      sourcePort: packet.destinationPort,
      destination: packet.source,
      destinationPort: packet.sourcePort ?? ANY_CLIENT_PORT,
      ...(packet.icmp && { icmp: { type: echoReply(packet.icmp.type), code: 0 } }),
    },
  });
  const isUntracked = back.stage === 'untracked';
  if (isUntracked && back.outcome !== 'allowed') {
    return { ...back, reason: `what answers it: ${back.reason}` };
  }
  if (isUntracked === (there.stage === 'untracked')) return there;
  return unknown(`only one way is tracked: ${isUntracked ? back.reason : there.reason}`);
}

/** ICMP's is 0, ICMPv6's one more than the request. */
function echoReply(type: number): number {
  return type === 8 ? 0 : type + 1;
}
