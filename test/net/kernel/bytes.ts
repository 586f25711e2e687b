import { fromValue, parseIp } from '../../../src/net/ip.ts';
import type { Family } from './topology.ts';

export type ProbeProtocol = 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6';
const numbers = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 } as const;

/** The first packet of a connection: a SYN, a datagram, an INIT, an echo request. */
export interface FirstPacket {
  family: Family;
  protocol: ProbeProtocol;
  source: string;
  /** null: of ICMP. */
  sourcePort: number | null;
  destination: string;
  destinationPort: number | null;
  /** 32 bits that NAT leaves alone, and that every answer repeats. */
  tag: number;
}

/** What was seen somewhere of a first packet or of an answer to it. */
export interface SeenPacket {
  tag: number;
  /** `first`, `answer`, `refused` (RST), or ICMP's type and code, e.g. `icmp 3/13`. */
  kind: string;
  source: string;
  sourcePort: number | null;
  destination: string;
  destinationPort: number | null;
}

/** The packet, from its IP header on, with all checksums: conntrack calls it invalid without. */
export function encode(packet: FirstPacket): Buffer {
  const payload = encodeTransport(packet);
  const protocol = numbers[packet.protocol];
  const [source, destination] = [addressBytes(packet.source), addressBytes(packet.destination)];
  if (packet.protocol !== 'sctp') {
    const pseudo = Buffer.concat([source, destination, uint32(payload.length), uint32(protocol)]);
    const summed = packet.protocol === 'icmp' ? [payload] : [pseudo, payload];
    const at = { tcp: 16, udp: 6, icmp: 2, icmpv6: 2 }[packet.protocol];
    payload.writeUInt16BE(internetChecksum(Buffer.concat(summed)) || 0xffff, at);
  }
  if (packet.family === 6) {
    const header = Buffer.from([0x60, 0, 0, 0, 0, payload.length, protocol, 64]);
    return Buffer.concat([header, source, destination, payload]);
  }
  const header = Buffer.concat([
    Buffer.from([0x45, 0, 0, 20 + payload.length, 0, 1, 0, 0, 64, protocol, 0, 0]),
    source,
    destination,
  ]);
  header.writeUInt16BE(internetChecksum(header), 10);
  return Buffer.concat([header, payload]);
}

function encodeTransport({ protocol, sourcePort, destinationPort, tag }: FirstPacket): Buffer {
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(sourcePort ?? 0, 0);
  ports.writeUInt16BE(destinationPort ?? 0, 2);
  const part = uint32(tag);
  switch (protocol) {
    case 'tcp':
      return Buffer.concat([ports, part, uint32(0), Buffer.from([0x50, 2, 250, 240, 0, 0, 0, 0])]);
    case 'udp':
      return Buffer.concat([ports, Buffer.from([0, 13, 0, 0]), Buffer.from('Q'), part]);
    case 'icmp':
    case 'icmpv6': {
      const type = protocol === 'icmp' ? 8 : 128;
      // The identifier is what ports are to others.
      return Buffer.concat([
        Buffer.from([type, 0, 0, 0]),
        uint32(((tag & 0xffff) << 16) >>> 0),
        part,
      ]);
    }
    case 'sctp': {
      const init = [
        Buffer.from([1, 0, 0, 20]),
        part,
        uint32(1500),
        Buffer.from([0, 1, 0, 1]),
        part,
      ];
      const bytes = Buffer.concat([ports, uint32(0), uint32(0), ...init]);
      bytes.writeUInt32LE(crc32c(bytes), 8);
      return bytes;
    }
  }
}

/** Reads what the wire saw, from the IP header on; null: nothing that belongs to a first packet. */
export function decode(bytes: Buffer): SeenPacket | null {
  const version = bytes.readUInt8(0) >> 4;
  if (version === 4) {
    return decodeTransport(
      bytes.readUInt8(9),
      addressText(bytes.subarray(12, 16)),
      addressText(bytes.subarray(16, 20)),
      bytes.subarray((bytes.readUInt8(0) & 15) * 4),
    );
  }
  return decodeTransport(
    bytes.readUInt8(6),
    addressText(bytes.subarray(8, 24)),
    addressText(bytes.subarray(24, 40)),
    bytes.subarray(40),
  );
}

/** The same for bytes that begin behind the IP header. */
export function decodeTransport(
  protocol: number,
  source: string,
  destination: string,
  bytes: Buffer,
): SeenPacket | null {
  if (protocol === numbers.icmp || protocol === numbers.icmpv6) {
    const ends = { source, destination, sourcePort: null, destinationPort: null };
    const echo = echoes[bytes.readUInt8(0)];
    if (echo) return { kind: echo, tag: bytes.readUInt32BE(8), ...ends };
    const about = decode(bytes.subarray(8));
    const kind = `icmp ${bytes.readUInt8(0)}/${bytes.readUInt8(1)}`;
    return about && { ...about, kind, ...ends };
  }
  const content = readContent(protocol, bytes);
  if (!content) return null;
  const sourcePort = bytes.readUInt16BE(0);
  return { ...content, source, sourcePort, destination, destinationPort: bytes.readUInt16BE(2) };
}

/** Echo request and reply. */
const echoes: Readonly<Record<number, string>> = {
  8: 'first',
  128: 'first',
  0: 'answer',
  129: 'answer',
};

function readContent(protocol: number, bytes: Buffer): { kind: string; tag: number } | null {
  if (protocol === numbers.udp) {
    const kind = bytes.subarray(8, 9).toString() === 'Q' ? 'first' : 'answer';
    return { kind, tag: bytes.readUInt32BE(9) };
  }
  // ICMP quotes at least 8 bytes of TCP: then the flags are not there, and it is the first packet.
  if (protocol === numbers.tcp) {
    const flags = bytes.length > 13 ? bytes.readUInt8(13) : 2;
    if (flags === 2) return { kind: 'first', tag: bytes.readUInt32BE(4) };
    return { kind: flags & 4 ? 'refused' : 'answer', tag: (bytes.readUInt32BE(8) - 1) >>> 0 };
  }
  if (protocol === numbers.sctp) return { kind: 'first', tag: bytes.readUInt32BE(16) };
  return null;
}

function addressBytes(text: string): Buffer {
  const ip = parseIp(text);
  if (!ip) throw new Error(`${text} is not an address`);
  return Buffer.from(ip.value.toString(16).padStart(ip.family === 4 ? 8 : 32, '0'), 'hex');
}

function addressText(bytes: Buffer): string {
  return fromValue(bytes.length === 4 ? 4 : 6, BigInt(`0x${bytes.toString('hex')}`)).text;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** RFC 1071. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** CRC-32C, which SCTP has for a checksum (RFC 9260, appendix A). */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
