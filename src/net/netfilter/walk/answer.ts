import type { Ip } from '../../ip.ts';
import { chooseSource } from '../../routing/choose-source.ts';
import { isLocal } from '../../routing/local.ts';
import { addressType } from '../address-type.ts';
import { mayBeBridged } from '../bridge-port.ts';
import { UNCHANGED } from '../changes.ts';
import { hasEntry } from '../conntrack-entry.ts';
import type { Packet } from '../packet.ts';
import { unknownAddress } from '../unknown-address.ts';
import { NO_CONNECTION } from './conntrack.ts';
import { askedBy, type Ground } from './move.ts';
import type { Outcome } from './result.ts';
import type { State } from './state.ts';

/** Where the walk of the answer to a packet begins; null: nobody answers. */
export function answerTo(
  state: State,
  outcome: Outcome,
  rejectWith: string | null,
  ground: Ground,
): State | null {
  // Nobody answers in the name of many, nor refuses what is sent to many (nf_send_reset, icmp_send).
  const type = addressType(state.packet.destination, ground.node);
  if (type === 'broadcast' || type === 'multicast') return null;
  if (outcome === 'rejected') return rejectWith ? refusal(state, rejectWith, ground) : null;
  if (outcome !== 'delivered' && outcome !== 'local' && outcome !== 'forwarded') return null;
  return reply(state, ground);
}

/** The first answer: of a process on this node, or from where the packet went. */
function reply(state: State, ground: Ground): State {
  const { packet } = state;
  const { connection, outInterface } = packet;
  const answer: Packet = {
    ...reversed(packet, 'reply'),
    connection: hasEntry(connection)
      ? { ...connection, state: 'none', direction: 'reply' }
      : { ...NO_CONNECTION, direction: 'reply' },
  };
  const fromNode = outInterface === null;
  const start: State = { ...state, fromNode, gateway: null, packet: answer };
  if (fromNode) return madeHere(start, ground);
  return {
    ...start,
    packet: {
      ...answer,
      inInterface: outInterface,
      physicalIn: mayBeBridged(packet, outInterface) ? undefined : null,
    },
    place: { kind: 'hook', hook: 'prerouting', rest: ground.entries.prerouting },
  };
}

/**
 * What REJECT sends: a TCP reset from the address that was asked, or an ICMP error, which belongs
 * to the refused packet's connection, where that has an entry (nf_reject_ipv4.c; icmp_glue_bits,
 * net/ipv4/icmp.c; nf_conntrack_attach, net/netfilter/nf_conntrack_core.c; Linux 6.18).
 */
function refusal(state: State, rejectWith: string, ground: Ground): State {
  const { packet } = state;
  const isReset = rejectWith.includes('reset');
  const answer: Packet = {
    ...reversed(packet, 'refusal'),
    refusedWith: rejectWith,
    ...(!isReset && {
      source: errorSource(packet, ground),
      protocol: packet.family === 4 ? 'icmp' : 'icmpv6',
      sourcePort: null,
      destinationPort: null,
    }),
    connection: hasEntry(packet.connection)
      ? { ...packet.connection, state: 'related', direction: 'reply' }
      : { ...NO_CONNECTION, direction: 'reply' },
  };
  return madeHere({ ...state, fromNode: true, gateway: null, packet: answer }, ground);
}

/**
 * Of an address that is not its own the node speaks in its own name: for IPv6 by the interface that the
 * packet came in on (__icmp_send, net/ipv4/icmp.c; icmp6_send, net/ipv6/icmp.c; Linux 6.18).
 */
function errorSource({ family, source, destination, inInterface }: Packet, ground: Ground): Ip {
  if (isLocal(destination, ground.node)) return destination;
  const inbound = family === 6 ? inInterface : null;
  const chosen = chooseSource(source, ground.node, askedBy(ground), inbound);
  return chosen === undefined ? unknownAddress(family) : (chosen ?? destination);
}

function madeHere(state: State, ground: Ground): State {
  return {
    ...state,
    packet: { ...state.packet, inInterface: null },
    place: { kind: 'route-output', again: false, rest: ground.entries.output },
  };
}

/** Back to where the packet came from; marks are not handed on, lists keep what was entered. */
function reversed(packet: Packet, leg: Packet['leg']): Packet {
  return {
    ...packet,
    leg,
    source: packet.destination,
    sourcePort: packet.destinationPort,
    destination: packet.source,
    destinationPort: packet.sourcePort,
    inInterface: null,
    outInterface: null,
    physicalIn: null,
    physicalOut: null,
    mark: 0,
    template: null,
    changes: { ...packet.changes, headers: UNCHANGED.headers },
  };
}
