import type { DataPath } from '../data-path.ts';
import { handledByEbpf, servedByIpvs } from '../questions.ts';
import { end } from './end.ts';
import { ask, type Ground, type Move } from './move.ts';
import type { State } from './state.ts';

/**
 * Where the node has such a data path the packet may be taken away here, and then what becomes of it
 * is not in the rules. null: it goes on. What rules have sent elsewhere is theirs.
 */
export function takenAway(by: DataPath, state: State, ground: Ground): Move | null {
  const { leg, destination, destinationPort, connection } = state.packet;
  if (ground.dataPath !== by || leg !== 'first' || connection.dnat) return null;
  const question = by === 'ipvs' ? servedByIpvs(destination, destinationPort) : handledByEbpf();
  return ask(ground, undefined, question)
    ? end(state, 'undetermined', by, ground, { question })
    : null;
}
