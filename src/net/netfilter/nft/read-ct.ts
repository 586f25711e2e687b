import { hasEntry } from '../conntrack-entry.ts';
import type { Packet, Tuple } from '../packet.ts';
import { hasConnectionStatus } from '../questions.ts';
import { PROTOCOL_NUMBERS, sourcePortQuestion } from './read-payload.ts';
import { known, NONE, type Reading, unknownReading } from './reading.ts';

// include/uapi/linux/netfilter/nf_conntrack_common.h
const STATES = { none: 1n, invalid: 1n, established: 2n, related: 4n, new: 8n, untracked: 64n };
const SEEN_REPLY = 2n;
const SOURCE_NAT = 16n;
const DESTINATION_NAT = 32n;
const STATUS_NAMES = new Map([
  [1n, 'EXPECTED'],
  [4n, 'ASSURED'],
  [8n, 'CONFIRMED'],
]);

/**
 * What `ct KEY` gives. Kernel 6.1 net/netfilter/nft_ct.c nft_ct_get_eval: without an entry the state is
 * `invalid` (also in raw, before conntrack looks) or `untracked`, and every other key ends the rule.
 */
export function readCt(
  key: string,
  direction: 'original' | 'reply' | null,
): (packet: Packet) => Reading {
  if (key === 'state') return ({ connection }) => known(STATES[connection.state]);
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

// Bits that NAT and conntrack set for themselves (confirmed, NAT done) are not in a walk's packet.
function readStatus({ connection }: Packet): Reading {
  const answered = connection.direction === 'reply' || connection.state === 'established';
  const value =
    (answered ? SEEN_REPLY : 0n) |
    (connection.snat ? SOURCE_NAT : 0n) |
    (connection.dnat ? DESTINATION_NAT : 0n);
  const isStatus = (first: bigint, last: bigint) => {
    const name = STATUS_NAMES.get(first);
    return name !== undefined && first === last ? hasConnectionStatus(name) : null;
  };
  return unknownReading(isStatus, SEEN_REPLY | SOURCE_NAT | DESTINATION_NAT, value);
}

function readProtocol(packet: Packet): Reading {
  return known(PROTOCOL_NUMBERS[(packet.connection.original ?? packet).protocol]);
}

function readTuple(packet: Packet, key: string, direction: 'original' | 'reply'): Reading {
  const { connection, family } = packet;
  const tuple = direction === 'original' ? connection.original : null;
  const first = tuple ?? (direction === connection.direction ? packet : null);
  if (key.startsWith('ip6') && family === 4) return NONE;
  if (/^ip /.test(key) && family === 6) return NONE;
  if (key === 'protocol') return readProtocol(packet);
  if (!first) return unknownReading();
  return readTupleField(first, key.replace(/^ip6? /, ''));
}

function readTupleField(tuple: Tuple, key: string): Reading {
  if (key === 'saddr') return known(tuple.source.value);
  if (key === 'daddr') return known(tuple.destination.value);
  const port = key === 'proto-src' ? tuple.sourcePort : tuple.destinationPort;
  if (!key.startsWith('proto-') || port === null) return unknownReading();
  if (port !== undefined) return known(BigInt(port));
  return unknownReading(key === 'proto-src' ? sourcePortQuestion : null);
}
