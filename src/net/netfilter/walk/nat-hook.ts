import type { Packet } from '../packet.ts';
import type { Hook } from '../rules.ts';
import { type HookEntry, NAT_END } from './hooks.ts';
import { type Ground, kernelPhase, type Move } from './move.ts';
import type { State } from './state.ts';

/** Which end of the packet a hook's NAT changes (HOOK2MANIP, include/net/netfilter/nf_nat.h). */
export function natHalf(hook: Hook): 'destination' | 'source' {
  return hook === 'prerouting' || hook === 'output' ? 'destination' : 'source';
}

/**
 * NAT's place at a hook: nat chains see what begins a connection, as long as this half of its NAT
 * is not set up; for the rest NAT is done, or undone, without them (nf_nat_inet_fn,
 * net/netfilter/nf_nat_core.c, Linux 6.18).
 */
export function startNatHook(
  state: State,
  hook: Hook,
  chains: readonly HookEntry[],
  ground: Ground,
): Move {
  const { packet, place } = state;
  const { connection } = packet;
  if (connection.state === 'untracked' || connection.state === 'invalid') {
    return { kind: 'go', state };
  }
  const isIcmpError = packet.leg === 'refusal' && packet.protocol.startsWith('icmp');
  const begins = connection.state === 'new' || (connection.state === 'related' && !isIcmpError);
  if (begins && !state.nat[natHalf(hook)] && place.kind === 'hook') {
    const rest = [...chains, NAT_END, ...place.rest];
    return { kind: 'go', state: { ...state, place: { ...place, rest } } };
  }
  const translated = connection.direction === 'reply' ? undo(packet, hook) : packet;
  if (translated !== packet) {
    ground.record(kernelPhase(hook, 'nat', effectOf(translated, hook)));
  }
  const next = { ...state, packet: translated };
  return { kind: 'go', state: afterNat(next, hook, translated !== packet) };
}

/** The chains had nothing to say: the connection keeps its addresses (nf_nat_alloc_null_binding). */
export function endNatHook(state: State, hook: Hook): Move {
  return { kind: 'go', state: { ...state, nat: { ...state.nat, [natHalf(hook)]: true } } };
}

/**
 * A packet made here that now goes elsewhere is routed again: as one of the node's own at output, as
 * one that came in if it has come over lo (nf_nat_ipv4_local_fn, nf_nat_ipv4_pre_routing).
 */
export function afterNat(state: State, hook: Hook, changed: boolean): State {
  const { place } = state;
  if (changed && hook === 'prerouting') return { ...state, fromNode: false };
  if (!changed || hook !== 'output' || place.kind !== 'hook') return state;
  return { ...state, place: { kind: 'route-output', again: true, rest: place.rest } };
}

/** A reply's destination was what SNAT put in the place of the client; its source, what DNAT chose. */
function undo(packet: Packet, hook: Hook): Packet {
  const { original, dnat, snat } = packet.connection;
  if (!original) return packet;
  const hasPorts = packet.destinationPort !== null;
  if (natHalf(hook) === 'destination') {
    if (!snat) return packet;
    const destinationPort = hasPorts ? original.sourcePort : null;
    const isDone =
      packet.destination.value === original.source.value &&
      packet.destinationPort === destinationPort;
    return isDone ? packet : { ...packet, destination: original.source, destinationPort };
  }
  if (!dnat) return packet;
  const sourcePort = hasPorts ? original.destinationPort : null;
  return { ...packet, source: original.destination, sourcePort };
}

function effectOf(packet: Packet, hook: Hook): string {
  return natHalf(hook) === 'destination'
    ? `destination ${packet.destination.text} again`
    : `source ${packet.source.text} again`;
}
