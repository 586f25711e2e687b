import ipaddr from 'ipaddr.js';

export type Family = 4 | 6;

/** An address in its canonical text form, with its number for comparing and counting. */
export interface Ip {
  family: Family;
  text: string;
  value: bigint;
}

/** A range of addresses, both ends included. */
export interface IpRange {
  first: Ip;
  last: Ip;
}

/** A range that is a network of its own, e.g. 20.1.0.0/24. */
export interface Cidr extends IpRange {
  prefix: number;
}

const FOUR_PARTS = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;

/**
 * Reads an IPv4 or IPv6 address. Only the four-part decimal form of IPv4 counts: `010.0.0.1`,
 * `0x7f.1` and zone identifiers are errors, because programs read them differently.
 * Returns null for anything else.
 */
export function parseIp(text: string): Ip | null {
  // By far the most of what rules, routes and endpoints have: ipaddr.js reads each five times.
  if (FOUR_PARTS.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte < 256) ? { family: 4, text, value: numberOf(bytes) } : null;
  }
  if (/^[0-9a-fA-F:.]+$/.test(text) && text.includes(':') && ipaddr.IPv6.isValid(text)) {
    return fromValue(6, numberOf(ipaddr.IPv6.parse(text).toByteArray()));
  }
  return null;
}

/** Reads `ADDRESS/PREFIX`; host bits may be set (they are cleared). Returns null when malformed. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', prefixText = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (!ip || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(prefixText)) return null;
  const prefix = Number(prefixText);
  const bits = ip.family === 4 ? 32 : 128;
  if (prefix > bits) return null;
  const hostMask = (1n << BigInt(bits - prefix)) - 1n;
  return {
    prefix,
    first: fromValue(ip.family, ip.value & ~hostMask),
    last: fromValue(ip.family, ip.value | hostMask),
  };
}

/** The canonical text of a CIDR, or of an address as one of its own; null when malformed. */
export function cidrText(text: string): string | null {
  const ip = parseIp(text);
  const cidr = parseCidr(ip ? `${text}/${ip.family === 4 ? 32 : 128}` : text);
  return cidr && `${cidr.first.text}/${cidr.prefix}`;
}

/** Reads a CIDR, `FIRST-LAST` or a single address. Returns null when malformed. */
export function parseRange(text: string): IpRange | null {
  const cidr = parseCidr(text);
  if (cidr) return { first: cidr.first, last: cidr.last };
  const [first, last] = text.split('-').map((part) => parseIp(part.trim()));
  if (!first || text.split('-').length > 2) return null;
  if (last === undefined) return { first, last: first };
  if (!last || last.family !== first.family || last.value < first.value) return null;
  return { first, last };
}

/** Whether the range holds the address. */
export function inRange(range: IpRange, ip: Ip): boolean {
  return (
    ip.family === range.first.family &&
    ip.value >= range.first.value &&
    ip.value <= range.last.value
  );
}

/** Whether the ranges share an address. */
export function overlap(a: IpRange, b: IpRange): boolean {
  return (
    a.first.family === b.first.family &&
    a.first.value <= b.last.value &&
    b.first.value <= a.last.value
  );
}

/** The address `offset` places after `ip`; null past the end of the family. */
export function ipAfter(ip: Ip, offset = 1n): Ip | null {
  const value = ip.value + offset;
  return value >> (ip.family === 4 ? 32n : 128n) === 0n ? fromValue(ip.family, value) : null;
}

function numberOf(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The address with this number. */
export function fromValue(family: Family, value: bigint): Ip {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) =>
    Number((value >> BigInt(8 * (length - 1 - i))) & 255n),
  );
  const text = family === 4 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
  return { family, text, value };
}
