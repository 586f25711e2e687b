import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import type { Answer, Fork } from '../rules.ts';

/** A step that only says yes or no, or asks. */
export type Condition = (packet: Packet, node: NodeNetwork) => boolean | Fork;

/** Says yes where the condition says no. */
export function not(condition: Condition): Condition {
  return (packet, node) => afterwards(condition(packet, node), (yes) => !yes);
}

/** Says yes where one of the conditions does; the second is asked only where the first says no. */
export function either(first: Condition, second: Condition): Condition {
  return (packet, node) => afterwards(first(packet, node), (yes) => yes || second(packet, node));
}

function afterwards(
  answer: boolean | Fork,
  then: (yes: boolean) => boolean | Fork,
): boolean | Fork {
  return typeof answer === 'boolean' ? then(answer) : mapFork(answer, then);
}

/** What follows from the answer to a condition, whichever it is. */
export function decide(answer: boolean | Fork, then: (yes: boolean) => Answer): Answer {
  if (typeof answer === 'boolean') return then(answer);
  const branches = answer.branches.map(({ gives, ...branch }) => ({
    ...branch,
    gives: decide(gives as boolean | Fork, then),
  }));
  return { ...answer, branches };
}

function mapFork(fork: Fork, then: (yes: boolean) => boolean | Fork): Fork {
  const branches = fork.branches.map((branch) => ({ ...branch, gives: map(branch.gives, then) }));
  return { ...fork, branches };
}

function map(answer: Answer, then: (yes: boolean) => boolean | Fork): Answer {
  if (typeof answer === 'boolean') return then(answer);
  return answer.kind === 'fork' ? mapFork(answer, then) : answer;
}
