import type { Ip } from '../../ip.ts';
import { changesKey } from '../changes.ts';
import type { Connection, Packet, Tuple } from '../packet.ts';
import type { Answer, Chain, Hook } from '../rules.ts';
import type { BaseEntry, HookEntry } from './hooks.ts';

/** Where a walk stands: the packet, and what is still before it. Never changed in place. */
export interface State {
  packet: Packet;
  /** It was made by this node. */
  fromNode: boolean;
  /** The next hop's address; null: the destination itself, or not known. */
  gateway: Ip | null;
  nat: Nat;
  place: Place;
}

/** Which halves of the connection's NAT are set up, be it to nothing. */
export interface Nat {
  destination: boolean;
  source: boolean;
  masqueraded: boolean;
}

export const NO_NAT: Nat = { destination: false, source: false, masqueraded: false };

export type Place =
  /** Programs at the interfaces and sockets, before all that netfilter does. */
  | { kind: 'ebpf'; next: Place }
  | { kind: 'route-input' }
  /** `again`: after a change at the output hook, with what is left of it. */
  | { kind: 'route-output'; again: boolean; rest: readonly HookEntry[] }
  | { kind: 'hook'; hook: Hook; rest: readonly HookEntry[] }
  | ChainPlace;

export interface ChainPlace {
  kind: 'chain';
  hook: Hook;
  entry: BaseEntry;
  /** The packet as it entered the base chain. */
  before: Pick<Packet, 'source' | 'destination' | 'mark'>;
  frame: Frame;
  rest: readonly HookEntry[];
}

/** A place in a chain. */
export interface Frame {
  chain: Chain;
  index: number;
  /** After a fork: what this step of the rule at `index` answered. */
  resume: { step: number; answer: Answer } | null;
  caller: Frame | null;
  /** The chains that led here, by jump and goto. */
  entered: Entered;
}

export interface Entered {
  chain: string;
  before: Entered | null;
}

/** States with equal keys go on alike, as far as rules and packet are concerned. */
export function stateKey({ packet, fromNode, gateway, nat, place }: State): string {
  const natKey = [nat.destination, nat.source, nat.masqueraded].join(' ');
  const way = [packet.leg, packet.refusedWith, fromNode, gateway?.text ?? null].join(' ');
  return [placeKey(place), way, natKey, packetKey(packet)].join(' | ');
}

function placeKey(place: Place): string {
  switch (place.kind) {
    case 'ebpf':
      return `${place.kind} ${placeKey(place.next)}`;
    case 'route-input':
      return place.kind;
    case 'route-output':
      return [place.kind, place.again, restKey(place.rest)].join(' ');
    case 'hook':
      return [place.hook, restKey(place.rest)].join(' ');
    case 'chain': {
      const { source, destination, mark } = place.before;
      const at = [place.hook, place.entry.id, frameKey(place.frame)];
      return [...at, source.text, destination.text, mark, restKey(place.rest)].join(' ');
    }
  }
}

function restKey(rest: readonly HookEntry[]): string {
  return rest.map(({ id }) => id).join(',');
}

function frameKey(frame: Frame): string {
  const parts: string[] = [];
  for (let at: Frame | null = frame; at; at = at.caller) parts.push(`${at.chain.name}:${at.index}`);
  return parts.join('<');
}

function packetKey(packet: Packet): string {
  const { inInterface, outInterface, physicalIn, physicalOut, mark, connection } = packet;
  const interfaces = [inInterface, outInterface, physicalIn, physicalOut].map(String);
  const ends = tupleKey(packet);
  return [
    packet.protocol,
    ends,
    ...interfaces,
    mark,
    packet.template?.replyZone,
    connectionKey(connection),
    changesKey(packet.changes),
  ].join(' ');
}

function connectionKey(connection: Connection): string {
  const { state, direction, original, reply, confirmed, dnat, snat, mark, replyZone } = connection;
  const ends = [original, reply].map((tuple) => tuple && tupleKey(tuple));
  return [state, direction, ...ends, confirmed, dnat, snat, mark, replyZone].join(' ');
}

function tupleKey({ source, sourcePort, destination, destinationPort }: Tuple): string {
  return `${source.text} ${sourcePort} ${destination.text} ${destinationPort}`;
}
