import { isBitmask } from './datatypes.ts';
import {
  parseExpression,
  parseRight,
  parseSetOrElements,
  parseVerdict,
  startsSelector,
} from './parse-expression.ts';
import { parseNat } from './parse-nat.ts';
import { typeOf } from './selector-types.ts';
import type { Expression, MatchOperator, NftRule, Statement } from './syntax.ts';
import {
  isRated,
  skipBraces,
  takeMeter,
  takeOptions,
  takeQueue,
  takeRate,
  takeWords,
} from './take-words.ts';
import { TokenReader, TooDeep } from './tokens.ts';

/** Makes a chain of the rules between braces (`jump { … }`), and gives its name. */
export type AddChain = (body: string) => string;

const COUNTER_NUMBERS = / packets \d+ bytes \d+(?=[^"]*(?:"[^"]*"[^"]*)*$)/g;

/**
 * Reads one rule as `nft list ruleset` prints it (nft 0.9 to 1.1). What is not understood becomes a
 * statement of its own, kept as it stands, up to the next one that is.
 */
export function parseRule(source: string, addChain: AddChain): NftRule {
  const reader = new TokenReader(source.replace(/\s*# handle \d+\s*$/, ''));
  const statements: Statement[] = [];
  let comment: string | null = null;
  let counters: NftRule['counters'] = null;
  while (!reader.done) {
    if (reader.take('comment')) comment = reader.token ? reader.next() : '';
    else if (reader.peek() === 'counter' && reader.peek(1) === 'packets') {
      reader.position += 2;
      const packets = Number(reader.next());
      reader.take('bytes');
      counters = { packets, bytes: Number(reader.next()) };
    } else statements.push(parseOrKeep(reader, addChain));
  }
  const text = reader.between(0, reader.tokens.length).replace(COUNTER_NUMBERS, '');
  return { text, comment, counters, statements };
}

function parseOrKeep(reader: TokenReader, addChain: AddChain): Statement {
  const start = reader.position;
  try {
    const statement = parseStatement(reader, addChain);
    if (statement) return statement;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // To look for a beginning at each of its levels would take as long again.
    if (error instanceof TooDeep) return keepRest(reader, start);
  }
  reader.position = start;
  return keep(reader);
}

// Up to the next word that begins a statement, past whatever braces hold.
function keep(reader: TokenReader): Statement {
  const start = reader.position;
  let depth = 0;
  do {
    const word = reader.peek();
    reader.position++;
    if (word === '{') depth++;
    if (word === '}') depth--;
  } while (!reader.done && (depth > 0 || !startsStatement(reader)));
  return other(reader.between(start));
}

function keepRest(reader: TokenReader, start: number): Statement {
  reader.position = reader.tokens.length;
  return other(reader.between(start));
}

// What it would set is not known either.
function other(text: string): Statement {
  return { kind: 'other', text, final: /^(jump|goto) | set( |$)/.test(text) };
}

function startsStatement(reader: TokenReader): boolean {
  const word = reader.peek();
  return word !== undefined && (word in PARSERS || word === 'comment' || startsSelector(reader));
}

function parseStatement(reader: TokenReader, addChain: AddChain): Statement | null {
  const parser = PARSERS[reader.peek() ?? ''];
  if (parser && !isAmbiguous(reader)) return parser(reader, addChain);
  return startsSelector(reader) ? parseSelectorStatement(reader) : null;
}

// `ct count over 10` is a statement, `ct state new` a match; `limit` may also be an object's name.
function isAmbiguous(reader: TokenReader): boolean {
  return reader.peek() === 'ct' && reader.peek(1) !== 'count';
}

type StatementParser = (reader: TokenReader, addChain: AddChain) => Statement;

const PARSERS: Record<string, StatementParser> = {
  accept: verdict,
  drop: verdict,
  return: verdict,
  continue: verdict,
  jump: verdict,
  goto: verdict,
  reject: (reader) => {
    reader.next();
    if (!reader.take('with')) return { kind: 'reject', with: null };
    const kind = reader.next();
    reader.take('type');
    return { kind: 'reject', with: `${kind} ${reader.next()}` };
  },
  dnat: parseNat,
  snat: parseNat,
  masquerade: parseNat,
  redirect: parseNat,
  notrack: (reader) => {
    reader.next();
    return { kind: 'notrack' };
  },
  update: update,
  add: update,
  delete: update,
  log: (reader) => ({ kind: 'log', text: takeOptions(reader, LOG_OPTIONS) }),
  counter: (reader) => ({ kind: 'aside', text: takeOptions(reader, ['name']) }),
  // It keeps the time and always goes on (kernel 6.18 net/netfilter/nft_last.c nft_last_eval).
  last: (reader) => ({ kind: 'aside', text: takeOptions(reader, ['used']) }),
  dup: (reader) => ({ kind: 'aside', text: takeWords(reader, ['to', 'device']) }),
  flow: (reader) => ({ kind: 'aside', text: takeWords(reader, ['add', 'offload']) }),
  limit: (reader) => ({ kind: 'rate', text: takeRate(reader) }),
  quota: (reader) => ({ kind: 'rate', text: takeRate(reader) }),
  meter: (reader) => ({ kind: 'rate', text: takeMeter(reader) }),
  ct: (reader) => ({ kind: 'rate', text: takeWords(reader, ['count', 'over']) }),
  queue: (reader) => ({ kind: 'takes', verdict: 'queue', text: takeQueue(reader) }),
  fwd: (reader) => ({
    kind: 'takes',
    verdict: 'stolen',
    text: takeWords(reader, ['ip', 'ip6', 'to', 'device']),
  }),
  xt: (reader) => {
    reader.next();
    const final = reader.next() === 'target';
    return { kind: 'other', text: `xt ${final ? 'target' : 'match'} ${reader.next()}`, final };
  },
  tproxy: (reader) => ({
    kind: 'takes',
    verdict: 'stolen',
    text: takeWords(reader, ['ip', 'ip6', 'to']),
  }),
  synproxy: (reader) => ({
    kind: 'takes',
    verdict: 'stolen',
    text: takeOptions(reader, ['mss', 'wscale', 'name'], ['timestamp', 'sack-perm']),
  }),
};

const LOG_OPTIONS = [
  'prefix',
  'level',
  'group',
  'snaplen',
  'queue-threshold',
  'flags',
  'tcp',
  'ip',
];

function verdict(reader: TokenReader, addChain: AddChain): Statement {
  const call = reader.peek();
  if ((call === 'jump' || call === 'goto') && reader.peek(1) === '{') {
    reader.next();
    const open = reader.position;
    skipBraces(reader);
    const body = reader.source.slice(
      reader.tokens[open]?.end,
      reader.tokens[reader.position - 1]?.start,
    );
    return { kind: 'verdict', verdict: { kind: call, chain: addChain(body) } };
  }
  const parsed = parseVerdict(reader);
  if (!parsed) throw new SyntaxError('no verdict');
  return { kind: 'verdict', verdict: parsed };
}

function update(reader: TokenReader): Statement {
  const start = reader.position;
  const op = reader.next();
  const set = reader.next().replace(/^@/, '');
  const open = reader.position;
  skipBraces(reader);
  const element = reader.between(open + 1, reader.position - 1);
  const rated = isRated(element);
  return { kind: 'update', op, set, key: keyOf(element), rated, text: reader.between(start) };
}

/** The key of an element, before its options and its data. */
function keyOf(element: string): Expression | null {
  try {
    return parseExpression(new TokenReader(element));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

function parseSelectorStatement(reader: TokenReader): Statement {
  const left = parseExpression(reader);
  if (reader.take('vmap')) return { kind: 'vmap', key: left, data: parseSetOrElements(reader) };
  if (reader.take('set')) return { kind: 'assign', target: left, value: parseExpression(reader) };
  const sign = reader.take(
    '==',
    '!=',
    '<=',
    '>=',
    '<',
    '>',
    '!',
    'eq',
    'ne',
    'lt',
    'gt',
    'le',
    'ge',
  );
  const right = reader.take('exists')
    ? EXISTS
    : reader.take('missing')
      ? MISSING
      : parseRight(reader);
  if (right.kind === 'literal' && right.text === 'counter') {
    throw new SyntaxError('nothing stands on the right');
  }
  if (reader.take('/')) {
    const mask = parseRight(reader);
    const masked: Expression = { kind: 'binary', operator: '&', left, right: mask };
    return { kind: 'match', operator: sign === '!=' ? '!=' : '==', left: masked, right };
  }
  return { kind: 'match', operator: operatorOf(sign, left, right), left, right };
}

const EXISTS: Expression = { kind: 'literal', text: 'exists' };
const MISSING: Expression = { kind: 'literal', text: 'missing' };
const SIGNS: Record<string, MatchOperator> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
};

// Without a sign, types made of bits ask for any of them. nft 1.0.6 src/evaluate.c, OP_IMPLICIT.
function operatorOf(sign: string | null, left: Expression, right: Expression): MatchOperator {
  if (sign) return SIGNS[sign] ?? (sign as MatchOperator);
  const isSet = right.kind === 'elements' || right.kind === 'set';
  return !isSet && left.kind !== 'binary' && isBitmask(typeOf(left)) ? 'in' : '==';
}
