import type { Judge, Passage } from './judge.ts';
import { unknown, type Verdict } from './verdict.ts';

/** A client's port, as Linux chooses it (ip_local_port_range) and as IANA has it. */
const ANY_CLIENT_PORT = 55_000;

/**
 * What becomes of a packet and of what answers it. An answer belongs to the packet's connection and is let
 * through, but for untracked policies, which are asked of each packet: both ways must be tracked, or neither.
 * Failsafe ports have the answers, too (failsafeInChain, felix/rules/static.go, 3.28).
 */
export function exchangeVerdict(judge: Judge, passage: Passage): Verdict {
  const there = judge.judge(passage);
  const { direction, packet } = passage;
  if (there.outcome !== 'allowed' || !judge.policies?.has('untracked')) return there;
  if (packet.destination === null || judge.failsafe(direction, packet) === 'yes') return there;
  const back = judge.judge({
    direction: direction === 'ingress' ? 'egress' : 'ingress',
    through: passage.through,
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
