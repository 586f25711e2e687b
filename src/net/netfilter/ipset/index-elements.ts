import { type Ip, parseCidr, parseIp } from '../../ip.ts';
import type { IpSet } from '../node-network.ts';

/** A part of an element, e.g. of hash:ip,port an address and `tcp:80`; a number: bits of a prefix. */
type Part = { ip: Ip; prefix: number } | { text: string };

interface Element {
  parts: readonly Part[];
  nomatch: boolean;
}

/** Elements by their masked text; what prefixes there are, longest first. */
export interface ElementIndex {
  elements: readonly Element[];
  prefixes: readonly (readonly number[])[];
  byKey: ReadonlyMap<string, Element>;
}

/** The parts of a set's elements, e.g. `['ip', 'port', 'net']`. */
export function partsOfType(type: string): string[] {
  return (type.split(':')[1] ?? '').split(',');
}

const indexes = new WeakMap<IpSet, ElementIndex | null>();

/**
 * The set's elements, ready to be looked up; made once a set. null: a kind of set, or an element,
 * that is not modelled.
 */
export function indexElements(set: IpSet): ElementIndex | null {
  const known = indexes.get(set);
  if (known !== undefined) return known;
  const index = makeIndex(set);
  indexes.set(set, index);
  return index;
}

function makeIndex(set: IpSet): ElementIndex | null {
  const types = partsOfType(set.type);
  const elements: Element[] = [];
  const byKey = new Map<string, Element>();
  const prefixes = new Map<string, readonly number[]>();
  for (const text of set.elements) {
    const element = readElement(text, types);
    if (!element) return null;
    elements.push(element);
    const lengths = element.parts.flatMap((part) => ('ip' in part ? [part.prefix] : []));
    prefixes.set(lengths.join(), lengths);
    byKey.set(keyOf(element.parts, lengths), element);
  }
  return { elements, byKey, prefixes: [...prefixes.values()].sort(longestFirst) };
}

/** Text of the parts with addresses cut to the given prefixes. */
export function keyOf(
  parts: readonly (Part | { ip: Ip } | { text: string })[],
  prefixes: readonly number[],
): string {
  let next = 0;
  return parts
    .map((part) => ('ip' in part ? maskedKey(part.ip, prefixes[next++] ?? 0) : part.text))
    .join(' ');
}

function maskedKey({ family, value }: Ip, prefix: number): string {
  return `${value >> BigInt((family === 4 ? 32 : 128) - prefix)}/${prefix}`;
}

function longestFirst(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((length, index) => length !== b[index]);
  return at < 0 ? 0 : (b[at] ?? 0) - (a[at] ?? 0);
}

/** ipset allows no quote within a comment (7.17, lib/parse.c ipset_parse_comment). */
const COMMENT = /"[^"]*"/g;

function readElement(text: string, types: readonly string[]): Element | null {
  const [element = '', ...options] = text.replaceAll(COMMENT, '').split(' ');
  const words = element.split(',');
  if (words.length !== types.length || options.includes('wildcard')) return null;
  const parts: Part[] = [];
  for (const [index, word] of words.entries()) {
    const part = readPart(word, types[index] ?? '');
    if (!part) return null;
    parts.push(part);
  }
  return { parts, nomatch: options.includes('nomatch') };
}

function readPart(word: string, type: string): Part | null {
  if (type === 'ip' || type === 'net') return readNetwork(word);
  if (type === 'port') return { text: word };
  return type === 'iface' && !word.startsWith('physdev:') ? { text: word } : null;
}

function readNetwork(word: string): Part | null {
  const cidr = parseCidr(word);
  if (cidr) return { ip: cidr.first, prefix: cidr.prefix };
  const ip = parseIp(word);
  return ip && { ip, prefix: ip.family === 4 ? 32 : 128 };
}
