import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { intervalOf } from './datatypes.ts';
import { readCt } from './read-ct.ts';
import { readFib } from './read-fib.ts';
import { readMeta } from './read-meta.ts';
import { readPayload, readRaw } from './read-payload.ts';
import { known, NONE, type Outcome, type Reading, then, unknownReading } from './reading.ts';
import { typeOf } from './selector-types.ts';
import type { Expression } from './syntax.ts';

/** Asks a packet for an expression. */
export type Read = (packet: Packet, node: NodeNetwork) => Reading;

/** How an expression that is no constant is asked for. What is not modelled is not known. */
export function reader(expression: Expression): Read {
  switch (expression.kind) {
    case 'payload':
      return readPayload(expression.protocol, expression.field);
    case 'raw':
      return readRaw(expression.base, expression.offset, expression.length);
    case 'meta':
      return readMeta(expression.key);
    case 'ct':
      return readCt(expression.key, expression.direction);
    case 'fib':
      return readFib(expression.flags, expression.result);
    case 'numgen':
    case 'hash': {
      // Where the counter stands, and what the hash gives, is not in the rules: each is as likely.
      const { offset, modulus } = expression;
      // nft takes no such numbers (kernel 6.18 net/netfilter/nft_numgen.c, nft_hash.c: ERANGE).
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(modulus) || modulus < 1) {
        return () => unknownReading();
      }
      const [first, count] = [BigInt(offset), BigInt(modulus)];
      return () => ({ kind: 'uniform', first, count });
    }
    case 'binary':
      return binaryReader(expression);
    default:
      return () => unknownReading();
  }
}

type Binary = Extract<Expression, { kind: 'binary' }>;

function binaryReader(expression: Binary): Read {
  const left = reader(expression.left);
  const operand = intervalOf(expression.right, typeOf(expression.left));
  if (!operand || operand.first !== operand.last) return () => unknownReading();
  const { operator } = expression;
  return (packet, node) => apply(operator, left(packet, node), operand.first);
}

function apply(operator: string, reading: Reading, operand: bigint): Reading {
  switch (reading.kind) {
    case 'value':
      return known(calculate(operator, reading.value, operand));
    case 'none':
      return NONE;
    case 'fork':
      return then(reading, (value) => known(calculate(operator, value, operand)));
    case 'uniform':
      // `meta random & 0x7fffffff`: the low bits of any number are any number again.
      return operator === '&' && reading.first === 0n && isLowMask(operand, reading.count)
        ? { kind: 'uniform', first: 0n, count: operand + 1n }
        : unknownReading();
    case 'unknown': {
      const { mask, value } = reading.known;
      if (operator !== '&') return unknownReading();
      const isKnown = (operand & ~mask) === 0n;
      return isKnown ? known(value & operand) : unknownReading(null, mask, value & operand);
    }
  }
}

function isLowMask(mask: bigint, count: bigint): boolean {
  return (mask & (mask + 1n)) === 0n && count % (mask + 1n) === 0n;
}

function calculate(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return (left << right) & 0xffffffffn;
    default:
      return left >> right;
  }
}

/** Readings that are known or lacking, with what forks among them spread out. */
export type Part = Exclude<Reading, { kind: 'fork' } | { kind: 'none' }>;

/** Reads several expressions at once: the parts of a concatenation, in their order. */
export function readAll(
  reads: readonly Read[],
  packet: Packet,
  node: NodeNetwork,
): Outcome<Part[]> {
  return reads.reduce<Outcome<Part[]>>(
    (outcome, read) =>
      then(outcome, (parts) => {
        const reading = read(packet, node);
        if (reading.kind === 'none') return NONE;
        if (reading.kind !== 'fork') return { kind: 'value', value: [...parts, reading] };
        return then(reading, (value) => ({ kind: 'value', value: [...parts, known(value)] }));
      }),
    { kind: 'value', value: [] },
  );
}
