import { parseIp } from '../../ip.ts';
import type { Element, Expression, RuleVerdict } from './syntax.ts';
import { type TokenReader, TooDeep } from './tokens.ts';

/** Keys of meta that nft writes without the word. */
export const BARE_META = new Set(
  (
    'mark iif iifname iiftype iifgroup oif oifname oiftype oifgroup skuid skgid nftrace rtclassid ' +
    'ibrname obrname ibriport obriport pkttype cpu cgroup secpath nfproto l4proto'
  ).split(' '),
);

/** Headers whose fields are written `PROTOCOL FIELD`. */
export const HEADERS = new Set(
  'ip ip6 tcp udp udplite sctp dccp th icmp icmpv6 igmp ah esp comp ether vlan arp'.split(' '),
);

/** Looked at by nft, not by a walk: `rt classid`, `socket mark`, `tcp option maxseg size`. */
const OTHER_EXPRESSIONS = new Set([
  'rt',
  'socket',
  'osf',
  'ipsec',
  'exthdr',
  'hbh',
  'rt0',
  'rt2',
  'rt4',
  'srh',
  'dst',
  'frag',
  'mh',
]);

const CT_DIRECTIONS = ['original', 'reply'] as const;
// The weakest first; the words are those of old versions. nft 1.0.6 src/parser_bison.y.
const OPERATORS = [
  ['|', 'or'],
  ['^', 'xor'],
  ['&', 'and'],
  ['<<', '>>', 'lshift', 'rshift'],
];
/** In a row: each makes what is compared one level deeper. */
export const MOST_OPERATORS = 100;

const SIGNS: Record<string, string> = { or: '|', xor: '^', and: '&', lshift: '<<', rshift: '>>' };

/** Whether an expression that a packet answers (not a constant) begins here. */
export function startsSelector(reader: TokenReader): boolean {
  const word = reader.peek();
  if (word === undefined) return false;
  return (
    word === 'meta' ||
    word === 'ct' ||
    word === 'fib' ||
    word === 'numgen' ||
    word === 'jhash' ||
    word === 'symhash' ||
    /^@(ll|nh|th|ih)$/.test(word) ||
    BARE_META.has(word) ||
    OTHER_EXPRESSIONS.has(word) ||
    (HEADERS.has(word) && reader.peek(1) !== undefined && /^[a-z]/.test(reader.peek(1) ?? ''))
  );
}

/** `ip daddr . meta l4proto . th dport`, `meta mark & 0xff`, `numgen random mod 2 map { … }`, a constant. */
export function parseExpression(reader: TokenReader): Expression {
  return reader.nested(() => parseConcat(reader, parsePrimary));
}

// A constant may be called as a header is: `meta l4proto tcp dnat to …`.
function parseConstant(reader: TokenReader): Expression {
  return reader.nested(() => parseConcat(reader, parseConstantWord));
}

type ParsePrimary = (reader: TokenReader) => Expression;

function parseConcat(reader: TokenReader, primary: ParsePrimary): Expression {
  const first = parseBinary(reader, 0, primary);
  const parts = [first];
  while (reader.take('.')) parts.push(parseBinary(reader, 0, primary));
  const key: Expression = parts.length === 1 ? first : { kind: 'concat', parts };
  return reader.take('map') ? { kind: 'map', key, data: parseSetOrElements(reader) } : key;
}

/** What stands on the right of a match: a constant, a list, a set. */
export function parseRight(reader: TokenReader): Expression {
  const first = parseConstant(reader);
  const items = [first];
  while (reader.take(',')) items.push(parseConstant(reader));
  return items.length === 1 ? first : { kind: 'list', items };
}

/** `@name` or `{ … }`. */
export function parseSetOrElements(reader: TokenReader): Expression {
  const word = reader.peek() ?? '';
  if (/^@./.test(word)) {
    reader.next();
    return { kind: 'set', name: word.slice(1) };
  }
  reader.expect('{');
  const elements = parseElements(reader);
  reader.expect('}');
  return { kind: 'elements', elements };
}

/** The elements of a set or map, up to the closing brace, which stays. */
export function parseElements(reader: TokenReader): Element[] {
  const elements: Element[] = [];
  while (!reader.done && reader.peek() !== '}') {
    const key = parseConstant(reader);
    skipElementOptions(reader);
    const data = reader.take(':') ? parseData(reader) : null;
    skipElementOptions(reader);
    elements.push({ key, data });
    if (!reader.take(',')) break;
  }
  return elements;
}

function parseData(reader: TokenReader): Expression {
  const verdict = parseVerdict(reader);
  return verdict ? { kind: 'verdict', verdict } : parseConstant(reader);
}

/** `accept`, `jump CHAIN`, …; null when something else stands there. */
export function parseVerdict(reader: TokenReader): RuleVerdict | null {
  const plain = reader.take('accept', 'drop', 'return', 'continue');
  if (plain) return { kind: plain } as RuleVerdict;
  const call = reader.take('jump', 'goto');
  return call ? ({ kind: call, chain: reader.next() } as RuleVerdict) : null;
}

// An element may carry a comment, a time limit, a counter: none says whether it matches.
function skipElementOptions(reader: TokenReader): void {
  for (;;) {
    if (reader.take('comment', 'timeout', 'expires')) reader.next();
    else if (reader.take('counter')) {
      while (reader.take('packets', 'bytes')) reader.next();
    } else if (['limit', 'quota', 'last'].includes(reader.peek() ?? '')) {
      while (!reader.done && ![',', '}', ':'].includes(reader.peek() ?? '')) reader.next();
    } else return;
  }
}

function parseBinary(reader: TokenReader, strength: number, primary: ParsePrimary): Expression {
  const operators = OPERATORS[strength];
  if (!operators) return primary(reader);
  let left = parseBinary(reader, strength + 1, primary);
  let count = 0;
  for (let word = reader.take(...operators); word; word = reader.take(...operators)) {
    if (++count > MOST_OPERATORS) throw new TooDeep('too many operators');
    const right = parseBinary(reader, strength + 1, primary);
    left = { kind: 'binary', operator: SIGNS[word] ?? word, left, right };
  }
  return left;
}

function parsePrimary(reader: TokenReader): Expression {
  return startsSelector(reader) ? parseSelector(reader) : parseConstantWord(reader);
}

function parseConstantWord(reader: TokenReader): Expression {
  if (reader.token?.quoted) {
    const first = reader.next();
    return reader.take('-') ? { kind: 'range', first, last: reader.next() } : literal(first);
  }
  if (reader.take('(')) {
    const inner = parseRight(reader);
    reader.expect(')');
    return inner;
  }
  const word = reader.peek() ?? '';
  return word === '{' || /^@./.test(word) ? parseSetOrElements(reader) : constant(reader.next());
}

function parseSelector(reader: TokenReader): Expression {
  const from = reader.position;
  const word = reader.next();
  if (word.startsWith('@')) {
    reader.expect(',');
    const offset = reader.number();
    reader.expect(',');
    return { kind: 'raw', base: word.slice(1), offset, length: reader.number() };
  }
  if (word === 'meta') return { kind: 'meta', key: reader.next() };
  if (word === 'ct') return parseCt(reader);
  if (word === 'fib') return parseFib(reader);
  if (word === 'numgen') {
    const mode = reader.next() === 'inc' ? 'inc' : 'random';
    reader.expect('mod');
    return { kind: 'numgen', mode, modulus: reader.number(), offset: parseOffset(reader) };
  }
  if (word === 'jhash' || word === 'symhash') {
    const of = word === 'jhash' ? parseExpression(reader) : null;
    reader.expect('mod');
    const modulus = reader.number();
    const seed = reader.take('seed') ? reader.next() : null;
    return { kind: 'hash', name: word, of, modulus, seed, offset: parseOffset(reader) };
  }
  if (reader.peek(0) === 'option' || (word === 'sctp' && reader.peek() === 'chunk')) {
    reader.position += 2;
    takeField(reader);
    return { kind: 'other', text: reader.between(from) };
  }
  if (HEADERS.has(word)) return { kind: 'payload', protocol: word, field: reader.next() };
  if (OTHER_EXPRESSIONS.has(word)) {
    if (word === 'rt' || word === 'exthdr' || word === 'ipsec')
      reader.take('ip', 'ip6', 'in', 'out');
    reader.next();
    return { kind: 'other', text: reader.between(from) };
  }
  return { kind: 'meta', key: word };
}

// `tcp option maxseg size`, but `tcp option sack-perm exists`.
function takeField(reader: TokenReader): void {
  const word = reader.peek() ?? '';
  if (/^[a-z]/.test(word) && !['exists', 'missing', 'set'].includes(word)) reader.next();
}

function parseCt(reader: TokenReader): Expression {
  const direction = reader.take(...CT_DIRECTIONS) as 'original' | 'reply' | null;
  const family = direction && reader.take('ip', 'ip6');
  const key = reader.next();
  return { kind: 'ct', key: family ? `${family} ${key}` : key, direction };
}

function parseFib(reader: TokenReader): Expression {
  const flags = [reader.next()];
  while (reader.take('.')) flags.push(reader.next());
  return { kind: 'fib', flags, result: reader.next() };
}

function parseOffset(reader: TokenReader): number {
  return reader.take('offset') ? reader.number() : 0;
}

/** A constant of one word: `80`, `0x4000`, `10.0.0.0/8`, `1.1.1.1-1.1.1.10`, `cali*`. */
export function constant(word: string): Expression {
  const [address = '', length = ''] = word.split('/');
  if (/^\d+$/.test(length) && parseIp(address)) {
    return { kind: 'prefix', address, length: Number(length) };
  }
  const range = /^([^-]+)-([^-]+)$/.exec(word);
  if (range && isPlain(range[1]) && isPlain(range[2])) {
    return { kind: 'range', first: decimal(range[1] ?? ''), last: decimal(range[2] ?? '') };
  }
  return literal(word);
}

function isPlain(text = ''): boolean {
  return /^(\d+|0x[0-9a-f]+)$/i.test(text) || parseIp(text) !== null || /^\d+[\d:]*$/.test(text);
}

function literal(text: string): Expression {
  return { kind: 'literal', text: decimal(text) };
}

function decimal(text: string): string {
  return /^0x[0-9a-f]+$/i.test(text) ? BigInt(text).toString() : text;
}
