import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import type { Answer, Fork } from '../rules.ts';

/** A step that only says yes or no, or asks. */
export type Condition = (packet: Packet, node: NodeNetwork) => boolean | Fork;

/** Says yes where the condition says no. */
export function not(condition: Condition): Condition {
  return (packet, node) => decide(condition(packet, node), (yes) => !yes);
}

/** Says yes where one of the conditions does; the second is asked only where the first says no. */
export function either(first: Condition, second: Condition): Condition {
  return (packet, node) => decide(first(packet, node), (yes) => yes || second(packet, node));
}

/** What follows from the answer to a condition, whichever it is. */
export function decide<T extends Answer>(
  answer: boolean | Fork,
  then: (yes: boolean) => T,
): T | Fork {
  if (typeof answer === 'boolean') return then(answer);
  const branches = answer.branches.map(({ gives, ...branch }) => ({
    ...branch,
    // A condition's answers are conditions' answers again.
    gives: decide(gives as boolean | Fork, then),
  }));
  return { ...answer, branches };
}
