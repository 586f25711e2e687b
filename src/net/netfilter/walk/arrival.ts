import { end } from './end.ts';
import type { Ground, Move } from './move.ts';
import type { Outcome, Reason } from './result.ts';
import type { State } from './state.ts';

/** The packet is handed to this node itself. */
export function arriveHere(state: State, ground: Ground): Move {
  if (state.packet.leg !== 'first') return answerArrives(state, ground.asked.fromNode, ground);
  return state.packet.connection.dnat
    ? end(state, 'delivered', 'dnat', ground)
    : end(state, 'local', 'local-address', ground);
}

/** The packet leaves by an interface. */
export function leaveNode(state: State, ground: Ground): Move {
  if (state.packet.leg !== 'first') return answerArrives(state, !ground.asked.fromNode, ground);
  return state.packet.connection.dnat
    ? end(state, 'delivered', 'dnat', ground)
    : end(state, 'forwarded', 'routed', ground);
}

/** Whoever asked takes an answer only from the address and port that was asked. */
function answerArrives(state: State, atAsker: boolean, ground: Ground): Move {
  const { packet } = state;
  const asked = ground.asked.packet;
  const isTranslated =
    packet.destination.value === asked.source.value &&
    (packet.leg === 'refusal' ||
      (packet.source.value === asked.destination.value &&
        packet.sourcePort === asked.destinationPort));
  const [outcome, reason]: [Outcome, Reason] =
    !atAsker || !isTranslated
      ? ['dropped', 'not-translated']
      : isOtherWay(state, ground)
        ? ['delivered', 'asymmetric']
        : ['delivered', 'answered'];
  return end(state, outcome, reason, ground);
}

function isOtherWay({ packet }: State, { asked }: Ground): boolean {
  const { outInterface } = packet;
  const { inInterface } = asked.packet;
  return Boolean(outInterface && inInterface && outInterface !== inInterface);
}
