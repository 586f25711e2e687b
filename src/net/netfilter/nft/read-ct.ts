import { ENTRY_STATUS, hasEntry, visibleState } from '../conntrack-entry.ts';
import type { Packet, Tuple } from '../packet.ts';
import { hasConnectionStatus } from '../questions.ts';
import { PROTOCOL_NUMBERS, readAddress } from './read-payload.ts';
import { known, NONE, type Reading, unknownReading } from './reading.ts';

// include/uapi/linux/netfilter/nf_conntrack_common.h
const STATES = { invalid: 1n, established: 2n, related: 4n, new: 8n, untracked: 64n };
const SOURCE_NAT = 16n;
const DESTINATION_NAT = 32n;
const STATUS_BITS: readonly (readonly [bigint, keyof typeof ENTRY_STATUS])[] = [
  [1n, 'EXPECTED'],
  [2n, 'SEEN_REPLY'],
  [4n, 'ASSURED'],
  [8n, 'CONFIRMED'],
];

/**
 * What `ct KEY` gives. Kernel 6.1 net/netfilter/nft_ct.c nft_ct_get_eval: without an entry the state is
 * `invalid` (also in raw, before conntrack looks) or `untracked`, and every other key ends the rule.
 */
export function readCt(
  key: string,
  direction: 'original' | 'reply' | null,
): (packet: Packet) => Reading {
  if (key === 'state') return (packet) => known(STATES[visibleState(packet)]);
  const read = READERS[key];
  return (packet) => {
    if (!hasEntry(packet.connection)) return NONE;
    if (direction) return readTuple(packet, key, direction);
    return read?.(packet) ?? unknownReading();
  };
}

const READERS: Record<string, (packet: Packet) => Reading> = {
  mark: ({ connection }) => known(BigInt(connection.mark)),
  direction: ({ connection }) => known(connection.direction === 'original' ? 0n : 1n),
  l3proto: ({ family }) => known(family === 4 ? 2n : 10n),
  protocol: readProtocol,
  status: readStatus,
};

// Bits that NAT sets for itself (SRC_NAT_DONE and the like) are not in a walk's packet.
function readStatus(packet: Packet): Reading {
  const { snat, dnat } = packet.connection;
  let value = (snat ? SOURCE_NAT : 0n) | (dnat ? DESTINATION_NAT : 0n);
  let mask = SOURCE_NAT | DESTINATION_NAT;
  for (const [bit, status] of STATUS_BITS) {
    const isSet = ENTRY_STATUS[status](packet);
    if (isSet !== undefined) mask |= bit;
    if (isSet) value |= bit;
  }
  const isStatus = (first: bigint, last: bigint) => {
    const [, status] = STATUS_BITS.find(([bit]) => bit === first) ?? [];
    return status !== undefined && first === last ? hasConnectionStatus(status) : null;
  };
  return unknownReading(isStatus, mask, value);
}

function readProtocol(packet: Packet): Reading {
  return known(PROTOCOL_NUMBERS[(packet.connection.original ?? packet).protocol]);
}

function readTuple(packet: Packet, key: string, direction: 'original' | 'reply'): Reading {
  const { connection, family } = packet;
  const tuple = connection[direction];
  if (key.startsWith('ip6') && family === 4) return NONE;
  if (/^ip /.test(key) && family === 6) return NONE;
  if (key === 'protocol') return readProtocol(packet);
  if (!tuple) return unknownReading();
  return readTupleField(tuple, key.replace(/^ip6? /, ''));
}

function readTupleField(tuple: Tuple, key: string): Reading {
  if (key === 'saddr') return readAddress(tuple.source, null);
  if (key === 'daddr') return readAddress(tuple.destination, null);
  const port = key === 'proto-src' ? tuple.sourcePort : tuple.destinationPort;
  if (!key.startsWith('proto-') || port === null) return unknownReading();
  return port === undefined ? unknownReading() : known(BigInt(port));
}
