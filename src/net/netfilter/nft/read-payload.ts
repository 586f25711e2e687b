import { fromValue, type Ip } from '../../ip.ts';
import { icmpType, tcpFlags } from '../first-packets.ts';
import type { Packet, Protocol, Tuple } from '../packet.ts';
import { comesFrom, goesTo, isSourcePort } from '../questions.ts';
import type { Question } from '../rules.ts';
import { isKnownAddress } from '../unknown-address.ts';
import { known, NONE, type Reading, unknownReading } from './reading.ts';

/** IPPROTO_…, include/uapi/linux/in.h. */
export const PROTOCOL_NUMBERS: Readonly<Record<Protocol, bigint>> = {
  icmp: 1n,
  tcp: 6n,
  udp: 17n,
  icmpv6: 58n,
  sctp: 132n,
};

const TCP_FLAGS: Readonly<Record<string, bigint>> = {
  FIN: 1n,
  SYN: 2n,
  RST: 4n,
  PSH: 8n,
  ACK: 16n,
  URG: 32n,
};

/**
 * A field of a header. For a header that the packet does not have nft itself puts a test before the
 * match (`tcp dport` holds `meta l4proto tcp`; nft 1.0.6 src/payload.c), so the rule ends there.
 */
export function readPayload(protocol: string, field: string): (packet: Packet) => Reading {
  if (protocol === 'ip' || protocol === 'ip6') {
    const family = protocol === 'ip' ? 4 : 6;
    return (packet) => (packet.family === family ? readNetwork(packet, field) : NONE);
  }
  if (protocol === 'th') return (packet) => readPort(packet, field);
  return (packet) =>
    packet.protocol === protocol ? readTransport(packet, field) : readForeign(protocol);
}

/** `@th,16,16` and `@nh,128,32` where they are ports and addresses (include/uapi/linux/ip.h, tcp.h). */
export function readRaw(base: string, offset: number, length: number): (packet: Packet) => Reading {
  if (base === 'th' && length === 16 && offset === 0) return (packet) => readPort(packet, 'sport');
  if (base === 'th' && length === 16 && offset === 16) return (packet) => readPort(packet, 'dport');
  if (base !== 'nh') return () => unknownReading();
  return (packet) => {
    const [bits, source] = packet.family === 4 ? [32, 96] : [128, 64];
    if (length === bits && offset === source) return readSource(packet);
    if (length === bits && offset === source + bits) return readDestination(packet);
    if (packet.family === 4 && length === 16 && offset === 48) return NO_FRAGMENT;
    if (packet.family === 4 && length === 8 && offset === 72)
      return known(PROTOCOL_NUMBERS[packet.protocol]);
    return unknownReading();
  };
}

/**
 * Neither an offset nor IP_MF: conntrack puts fragments together before any rule (nf_defrag_ipv4 at
 * priority -400). IP_DF is not known.
 */
const NO_FRAGMENT = unknownReading(null, 0x3fffn, 0n);

function readNetwork(packet: Packet, field: string): Reading {
  switch (field) {
    case 'saddr':
      return readSource(packet);
    case 'daddr':
      return readDestination(packet);
    case 'protocol':
    case 'nexthdr':
      return known(PROTOCOL_NUMBERS[packet.protocol]);
    case 'frag-off':
      return NO_FRAGMENT;
    case 'version':
      return known(BigInt(packet.family));
    default:
      return unknownReading();
  }
}

function readSource({ source }: Tuple): Reading {
  return readAddress(source, comesFrom);
}

function readDestination({ destination }: Tuple): Reading {
  return readAddress(destination, goesTo);
}

/** Of the packet's own, or of a tuple of its connection. */
export function readAddress(ip: Ip, question: ((what: string) => Question) | null): Reading {
  if (isKnownAddress(ip)) return known(ip.value);
  if (!question) return unknownReading();
  const text = (value: bigint) => fromValue(ip.family, value).text;
  return unknownReading((first, last) =>
    question(first === last ? text(first) : `${text(first)}-${text(last)}`),
  );
}

function readTransport(packet: Packet, field: string): Reading {
  if (field === 'sport' || field === 'dport') return readPort(packet, field);
  if (packet.protocol === 'tcp' && field === 'flags') {
    const flags = tcpFlags(packet);
    return flags
      ? known(flags.reduce((bits, flag) => bits | (TCP_FLAGS[flag] ?? 0n), 0n))
      : unknownReading();
  }
  const message = icmpType(packet);
  if (message && field === 'type') return known(BigInt(message.type));
  if (message && field === 'code') return known(BigInt(message.code));
  return unknownReading();
}

// The link layer's header is not in a walk's packet; another transport header is not there.
function readForeign(protocol: string): Reading {
  return ['ether', 'vlan', 'arp'].includes(protocol) ? unknownReading() : NONE;
}

function readPort(packet: Packet, field: string): Reading {
  const port = field === 'sport' ? packet.sourcePort : packet.destinationPort;
  if (typeof port === 'number') return known(BigInt(port));
  // ICMP has other things where ports stand.
  if (port === null || field !== 'sport') return unknownReading();
  return unknownReading(sourcePortQuestion);
}

/** The question of a source port that nobody gave. */
function sourcePortQuestion(first: bigint, last: bigint): Question {
  return isSourcePort(Number(first), Math.min(Number(last), 65535));
}
