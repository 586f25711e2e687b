import { MOST_OPERATORS } from './parse-expression.ts';
import type { Element, Expression, RuleVerdict } from './syntax.ts';

type Fields = Record<string, unknown>;

const OPERATORS = ['&', '|', '^', '<<', '>>'];

/**
 * An expression of libnftables-json(5), as the text form gives it. What is not modelled is `other`
 * with nft's own words where they are known, else with the JSON.
 */
export function expressionFromJson(json: unknown): Expression {
  if (typeof json === 'string') {
    return json.startsWith('@')
      ? { kind: 'set', name: json.slice(1) }
      : { kind: 'literal', text: json };
  }
  if (typeof json === 'number') return { kind: 'literal', text: String(json) };
  if (typeof json === 'boolean') return { kind: 'literal', text: json ? 'exists' : 'missing' };
  if (Array.isArray(json)) return { kind: 'list', items: json.map(expressionFromJson) };
  const [kind = '', value] = Object.entries(asFields(json))[0] ?? [];
  const verdict = verdictFromJson(json);
  if (verdict) return { kind: 'verdict', verdict };
  if (OPERATORS.includes(kind)) return binaryFromJson(kind, asList(value));
  return READERS[kind]?.(value) ?? { kind: 'other', text: JSON.stringify(json) };
}

function binaryFromJson(operator: string, operands: readonly unknown[]): Expression {
  if (operands.length < 2 || operands.length > MOST_OPERATORS) {
    return { kind: 'other', text: JSON.stringify({ [operator]: operands }) };
  }
  return operands
    .map(expressionFromJson)
    .reduce((left, right) => ({ kind: 'binary', operator, left, right }));
}

/** An element of a set, or a pair of a map. */
export function elementFromJson(json: unknown): Element {
  const [key, data] = Array.isArray(json) ? json : [json, null];
  return { key: expressionFromJson(key), data: data === null ? null : expressionFromJson(data) };
}

/** `{"accept": null}`, `{"jump": {"target": …}}`; null for anything else. */
export function verdictFromJson(json: unknown): RuleVerdict | null {
  const [kind = '', value] = Object.entries(asFields(json))[0] ?? [];
  if (kind === 'jump' || kind === 'goto') return { kind, chain: String(asFields(value).target) };
  if (kind === 'accept' || kind === 'drop' || kind === 'return' || kind === 'continue')
    return { kind };
  return null;
}

const READERS: Record<string, (value: unknown) => Expression> = {
  elem: (value) => expressionFromJson(asFields(value).val),
  set: (value) => ({ kind: 'elements', elements: asList(value).map(elementFromJson) }),
  concat: (value) => ({ kind: 'concat', parts: asList(value).map(expressionFromJson) }),
  range: (value) => {
    const [first, last] = asList(value);
    return { kind: 'range', first: String(first), last: String(last) };
  },
  prefix: (value) => {
    const { addr, len } = asFields(value);
    return { kind: 'prefix', address: String(addr), length: Number(len) };
  },
  payload: (value) => {
    const { protocol, field, base, offset, len } = asFields(value);
    return base === undefined
      ? { kind: 'payload', protocol: String(protocol), field: String(field) }
      : { kind: 'raw', base: String(base), offset: Number(offset), length: Number(len) };
  },
  meta: (value) => ({ kind: 'meta', key: String(asFields(value).key) }),
  ct: (value) => {
    const { key, dir } = asFields(value);
    return {
      kind: 'ct',
      key: String(key),
      direction: dir === 'original' || dir === 'reply' ? dir : null,
    };
  },
  fib: (value) => {
    const { result, flags } = asFields(value);
    return { kind: 'fib', result: String(result), flags: asList(flags).map(String) };
  },
  numgen: (value) => {
    const { mode, mod, offset } = asFields(value);
    const shared = { modulus: Number(mod), offset: Number(offset ?? 0) };
    return { kind: 'numgen', mode: mode === 'inc' ? 'inc' : 'random', ...shared };
  },
  jhash: (value) => hash('jhash', asFields(value)),
  symhash: (value) => hash('symhash', asFields(value)),
  map: (value) => {
    const { key, data } = asFields(value);
    return { kind: 'map', key: expressionFromJson(key), data: expressionFromJson(data) };
  },
  rt: (value) => other('rt', asFields(value).family, asFields(value).key),
  socket: (value) => other('socket', asFields(value).key),
  osf: (value) => other('osf', asFields(value).key),
  ipsec: (value) =>
    other('ipsec', asFields(value).dir, asFields(value).family, asFields(value).key),
  exthdr: (value) => {
    const { name, field } = asFields(value);
    return field === undefined ? other('exthdr', name) : other(name, field);
  },
  'tcp option': (value) => other('tcp option', asFields(value).name, asFields(value).field),
  'ip option': (value) => other('ip option', asFields(value).name, asFields(value).field),
  'sctp chunk': (value) => other('sctp chunk', asFields(value).name, asFields(value).field),
};

function hash(name: 'jhash' | 'symhash', { expr, mod, seed, offset }: Fields): Expression {
  return {
    kind: 'hash',
    name,
    of: expr === undefined ? null : expressionFromJson(expr),
    modulus: Number(mod),
    seed: seed === undefined ? null : String(seed),
    offset: Number(offset ?? 0),
  };
}

function other(...words: unknown[]): Expression {
  return { kind: 'other', text: words.filter((word) => word !== undefined).join(' ') };
}

/** The fields of an object; none of anything else. */
export function asFields(json: unknown): Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : {};
}

/** The items of a list; nft writes a list of one as that one. */
export function asList(json: unknown): unknown[] {
  if (json === undefined || json === null) return [];
  return Array.isArray(json) ? json : [json];
}
