import { UNCHANGED } from './changes.ts';
import { otherDataPath } from './data-path.ts';
import type { NodeNetwork } from './node-network.ts';
import type { Packet } from './packet.ts';
import { isLocalAddress } from './questions.ts';
import type { Table } from './rules.ts';
import { advance } from './walk/advance.ts';
import { NO_CONNECTION } from './walk/conntrack.ts';
import { explore } from './walk/explore.ts';
import { type HookEntries, hookEntries } from './walk/hooks.ts';
import type { Section } from './walk/result.ts';
import { isLostOnArrival } from './walk/route-input.ts';
import { NO_NAT, type Place, type State } from './walk/state.ts';

/** The first packet of a connection. */
export interface Asked {
  /** `pod`: a pod of this node, by its interface; `node`: a process on this node. */
  origin: 'external' | 'pod' | 'node';
  packet: Pick<
    Packet,
    | 'family'
    | 'protocol'
    | 'source'
    | 'sourcePort'
    | 'destination'
    | 'destinationPort'
    | 'inInterface'
    | 'physicalIn'
  >;
}

/**
 * Walks a packet through the rules of a node and the answer to it back, in the kernel's order.
 * Returns the beginning of all its ways; none is without an end.
 */
export function walk(asked: Asked, tables: readonly Table[], node: NodeNetwork): Section {
  const entries = hookEntries(tables, asked.packet.family);
  const fromNode = asked.origin === 'node';
  const packet: Packet = {
    ...asked.packet,
    leg: 'first',
    inInterface: fromNode ? null : asked.packet.inInterface,
    outInterface: null,
    physicalOut: null,
    refusedWith: null,
    mark: 0,
    connection: NO_CONNECTION,
    template: null,
    changes: UNCHANGED,
  };
  const dataPath = otherDataPath(tables);
  const first = firstPlace(packet, fromNode, entries);
  const start: State = {
    packet,
    fromNode,
    gateway: null,
    nat: NO_NAT,
    place: dataPath === 'ebpf' ? { kind: 'ebpf', next: first } : first,
  };
  // That is what the origin means.
  const known = new Map([[isLocalAddress(packet.source).text, fromNode ? 'yes' : 'no']]);
  return explore(start, known, { node, entries, dataPath, asked: start }, advance);
}

function firstPlace(packet: Packet, fromNode: boolean, entries: HookEntries): Place {
  if (fromNode) return { kind: 'route-output', again: false, rest: entries.output };
  return isLostOnArrival(packet)
    ? { kind: 'route-input' }
    : { kind: 'hook', hook: 'prerouting', rest: entries.prerouting };
}
