import { type Ip, type IpRange, parseCidr, parseIp } from '../../ip.ts';
import { SERVICE_PORTS } from '../service-names.ts';
import type { RuleContext } from './model.ts';
import { Malformed, type Word } from './words.ts';

/** A word of an option's values; the reader has seen to it that there are enough. */
export function valueAt(values: readonly Word[], index: number): Word {
  const word = values[index];
  if (!word) throw new Malformed(1, 'a value is missing');
  return word;
}

/** Reads a number as strtoul does: decimal, `0x…` or, with a leading 0, octal. */
export function readNumber(text: string, max = 0xffffffff): number | null {
  const value = /^0[xX][0-9a-fA-F]+$/.test(text)
    ? Number.parseInt(text, 16)
    : /^0[0-7]+$/.test(text)
      ? Number.parseInt(text, 8)
      : /^\d+$/.test(text)
        ? Number(text)
        : Number.NaN;
  return value <= max ? value : null;
}

/** `VALUE` or `VALUE/MASK` of 32 bits; without a mask all bits count. */
export function readMarkMask(word: Word): { value: number; mask: number } {
  const [valueText = '', maskText = '0xffffffff', ...rest] = word.text.split('/');
  const value = readNumber(valueText);
  const mask = readNumber(maskText);
  if (value === null || mask === null || rest.length > 0) {
    throw new Malformed(word.column, `not a mark: ${word.text}`);
  }
  return { value, mask };
}

/**
 * `80`, `ssh`, `80:90`, `:90` or `80:`, both ends included, 16 bits. `separator` may be `-` as well.
 */
export function readPorts(word: Word, text = word.text, separator = ':') {
  const [firstText = '', lastText = firstText, ...rest] = text.split(separator);
  const first = readPort(firstText || '0');
  const last = readPort(lastText || '65535');
  if (first === null || last === null || rest.length > 0 || text === '') {
    throw new Malformed(word.column, `not a port: ${text}`);
  }
  return { first, last };
}

function readPort(text: string): number | null {
  return Object.hasOwn(SERVICE_PORTS, text)
    ? (SERVICE_PORTS[text] ?? null)
    : readNumber(text, 65535);
}

/** An address of the rule's family. */
export function readIp(word: Word, context: RuleContext, text = word.text): Ip {
  const ip = parseIp(text);
  if (ip?.family !== context.family) {
    throw new Malformed(word.column, `not an address of IPv${context.family}: ${text}`);
  }
  return ip;
}

/** `FIRST-LAST` or one address. */
export function readIpRange(word: Word, context: RuleContext, text = word.text): IpRange {
  const [firstText = '', lastText = firstText] = text.split('-');
  const first = readIp(word, context, firstText);
  const last = readIp(word, context, lastText);
  return { first, last };
}

/** What an address is compared with: `(ip & mask) == network`. */
export interface MaskedNetwork {
  network: bigint;
  mask: bigint;
}

/**
 * `A`, `A/PREFIX` or `A/MASK`, where a mask need not be contiguous; several are separated by commas,
 * as iptables-restore takes them and iptables-save never writes them.
 */
export function readNetworks(word: Word, context: RuleContext): MaskedNetwork[] {
  return word.text.split(',').map((text) => readNetwork(word, context, text));
}

function readNetwork(word: Word, context: RuleContext, text: string): MaskedNetwork {
  const [address = '', maskText, ...rest] = text.split('/');
  const ip = readIp(word, context, address);
  const mask = maskText === undefined ? allBits(context) : readMask(maskText, context);
  if (mask === null || rest.length > 0) throw new Malformed(word.column, `not a mask: ${text}`);
  return { network: ip.value & mask, mask };
}

function readMask(text: string, context: RuleContext): bigint | null {
  const dotted = parseIp(text);
  if (dotted) return dotted.family === context.family ? dotted.value : null;
  const zeros = context.family === 4 ? '0.0.0.0' : '::';
  const cidr = parseCidr(`${zeros}/${text}`);
  return cidr && allBits(context) ^ cidr.last.value;
}

function allBits(context: RuleContext): bigint {
  return context.family === 4 ? 0xffffffffn : (1n << 128n) - 1n;
}

/** Whether the network holds the address. */
export function inNetwork({ network, mask }: MaskedNetwork, ip: Ip): boolean {
  return (ip.value & mask) === network;
}
