import { parseIp } from '../../ip.ts';
import { SYMBOLS } from './symbols.ts';
import type { Expression } from './syntax.ts';

/** How constants of a kind are written. */
export type Datatype =
  | 'integer'
  | 'raw'
  | 'mark'
  | 'ip_address'
  | 'interface'
  | 'inet_service'
  | 'inet_proto'
  | 'nfproto'
  | 'ether_type'
  | 'ct_state'
  | 'ct_status'
  | 'ct_direction'
  | 'ct_label'
  | 'address_type'
  | 'tcp_flag'
  | 'pkttype'
  | 'icmp_type'
  | 'icmpv6_type';

/** Numbers from one to another, both included. Names of interfaces are numbers too: 16 bytes. */
export interface Interval {
  first: bigint;
  last: bigint;
}

/** Whether values of the type are sets of bits, so that a match asks for any of them. */
export function isBitmask(type: Datatype): boolean {
  return ['ct_state', 'ct_status', 'ct_label', 'tcp_flag'].includes(type);
}

/** A constant as the numbers it stands for; null when it is not known what it stands for. */
export function intervalOf(expression: Expression, type: Datatype): Interval | null {
  switch (expression.kind) {
    case 'literal':
      return literalInterval(expression.text, type);
    case 'prefix': {
      const address = parseIp(expression.address);
      if (!address) return null;
      const hosts = (1n << BigInt((address.family === 4 ? 32 : 128) - expression.length)) - 1n;
      return { first: address.value & ~hosts, last: address.value | hosts };
    }
    case 'range': {
      const first = literalInterval(expression.first, type);
      const last = literalInterval(expression.last, type);
      return first && last && { first: first.first, last: last.last };
    }
    case 'list':
      return combine(expression.items, type, (a, b) => a | b);
    case 'binary':
      return expression.operator === '|' || expression.operator === '&'
        ? combine([expression.left, expression.right], type, (a, b) =>
            expression.operator === '|' ? a | b : a & b,
          )
        : null;
    default:
      return null;
  }
}

function combine(
  parts: readonly Expression[],
  type: Datatype,
  join: (a: bigint, b: bigint) => bigint,
): Interval | null {
  const values = parts.map((part) => intervalOf(part, type));
  if (values.some((value) => value === null || value.first !== value.last)) return null;
  const value = values.map((one) => one?.first ?? 0n).reduce(join);
  return { first: value, last: value };
}

function literalInterval(text: string, type: Datatype): Interval | null {
  if (type === 'interface') return interfaceInterval(text);
  const symbol = SYMBOLS[type]?.[text];
  const value =
    symbol ?? (type === 'ip_address' ? parseIp(text)?.value : undefined) ?? number(text);
  return value === null ? null : { first: value, last: value };
}

function number(text: string): bigint | null {
  return /^\d+$/.test(text) ? BigInt(text) : null;
}

// `eth*` is every name that begins so. `missing` and 0 (nft 1.0) say that there is no interface.
// A bare number is the index of an interface that is gone: its name is not known.
function interfaceInterval(text: string): Interval | null {
  if (text === 'missing' || text === '0') return { first: 0n, last: 0n };
  if (text === 'exists') return { first: 1n, last: (1n << 128n) - 1n };
  if (/^\d+$/.test(text)) return null;
  if (text.endsWith('*') && !text.endsWith('\\*')) {
    const first = interfaceNumber(text.slice(0, -1));
    const rest = (1n << (8n * BigInt(16 - Math.min(16, text.length - 1)))) - 1n;
    return { first, last: first | rest };
  }
  const value = interfaceNumber(text.replace(/\\\*$/, '*'));
  return { first: value, last: value };
}

/** An interface's name as the 16 bytes that nft compares; none at all (null) is 0. */
export function interfaceNumber(name: string | null): bigint {
  let value = 0n;
  for (let i = 0; i < 16; i++)
    value = (value << 8n) | BigInt((name ?? '').charCodeAt(i) & 255 || 0);
  return value;
}
