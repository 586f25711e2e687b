import { fromValue } from '../../ip.ts';
import { attachTemplate } from '../attach-template.ts';
import { rewritten } from '../changes.ts';
import { hasEntry } from '../conntrack-entry.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import type { Answer, Change, Step } from '../rules.ts';
import { intervalOf } from './datatypes.ts';
import { lookUp, type Sets } from './look-up.ts';
import { print, printStatement } from './print.ts';
import { fieldOf } from './questions-of.ts';
import { type Part, readAll, reader } from './read-expression.ts';
import { known, NONE, type Outcome, then, toAnswer } from './reading.ts';
import { typeOf } from './selector-types.ts';
import type { Statement } from './syntax.ts';

type Assign = Extract<Statement, { kind: 'assign' }>;
type ReadValue = (packet: Packet, node: NodeNetwork) => Outcome<bigint | 'unknown'>;

/** How many values are followed one by one, e.g. of `meta mark set numgen random mod 4`. */
const MOST_VALUES = 64n;

/**
 * `meta mark set …`, `ct mark set …`, `ct zone set …`, and headers that are rewritten without
 * conntrack. What else is set (priority, helper) has no bearing on a first packet's way, and is only
 * told.
 */
export function compileAssign(statement: Assign, sets: Sets): Step {
  const text = printStatement(statement);
  const change = changers[print(statement.target)];
  if (!change) {
    const field = fieldOf(statement.target);
    return (packet) => {
      const after = rewritten(packet, field, text);
      return { kind: 'change', action: 'set', effect: text, packet: after };
    };
  }
  const read = valueReader(statement, sets, text);
  return (packet, node) =>
    toAnswer(read(packet, node), (value): Answer => {
      if (value !== 'unknown') return change(packet, value, text);
      return {
        kind: 'verdict',
        verdict: { kind: 'stolen', what: `${text}: the value is not known` },
      };
    });
}

type Changer = (packet: Packet, value: bigint, text: string) => Change | boolean;

const changers: Record<string, Changer> = {
  'meta mark': (packet, value) => {
    const mark = Number(value);
    const effect = `mark 0x${value.toString(16)}`;
    return { kind: 'change', action: 'mark', effect, packet: { ...packet, mark } };
  },
  // Without an entry there is nothing to set (kernel 6.1 net/netfilter/nft_ct.c nft_ct_set_eval).
  'ct mark': (packet, value) => {
    if (!hasEntry(packet.connection)) return true;
    const connection = { ...packet.connection, mark: Number(value) };
    const effect = `connmark 0x${value.toString(16)}`;
    return { kind: 'change', action: 'connmark', effect, packet: { ...packet, connection } };
  },
  'ct zone': (packet, value, text) => attachTemplate(packet, Number(value), 'both', text),
  'ct original zone': (packet, value, text) =>
    attachTemplate(packet, Number(value), 'original', text),
  'ct reply zone': (packet, value, text) => attachTemplate(packet, Number(value), 'reply', text),
  'ip saddr': (packet, value, text) =>
    packet.family === 4 && readdressed(packet, { source: fromValue(4, value) }, text),
  'ip daddr': (packet, value, text) =>
    packet.family === 4 && readdressed(packet, { destination: fromValue(4, value) }, text),
  'ip6 saddr': (packet, value, text) =>
    packet.family === 6 && readdressed(packet, { source: fromValue(6, value) }, text),
  'ip6 daddr': (packet, value, text) =>
    packet.family === 6 && readdressed(packet, { destination: fromValue(6, value) }, text),
  'tcp sport': (packet, value, text) =>
    rewrittenPort(packet, 'tcp', { sourcePort: Number(value) }, text),
  'tcp dport': (packet, value, text) =>
    rewrittenPort(packet, 'tcp', { destinationPort: Number(value) }, text),
  'udp sport': (packet, value, text) =>
    rewrittenPort(packet, 'udp', { sourcePort: Number(value) }, text),
  'udp dport': (packet, value, text) =>
    rewrittenPort(packet, 'udp', { destinationPort: Number(value) }, text),
};

function readdressed(packet: Packet, fields: Partial<Packet>, effect: string): Change {
  return { kind: 'change', action: 'set', effect, packet: { ...packet, ...fields } };
}

function rewrittenPort(packet: Packet, protocol: string, fields: Partial<Packet>, text: string) {
  return packet.protocol === protocol && readdressed(packet, fields, text);
}

function valueReader({ target, value }: Assign, sets: Sets, text: string): ReadValue {
  const type = typeOf(target);
  const constant = intervalOf(value, type);
  if (constant && constant.first === constant.last) return () => known(constant.first);
  if (value.kind === 'map') {
    const find = lookUp(value.key, value.data, sets, text);
    return (packet, node) =>
      then(find(packet, node), (found): Outcome<bigint | 'unknown'> => {
        if (found === null) return NONE;
        const data = found === 'unknown' ? null : found.data && intervalOf(found.data, type);
        return { kind: 'value', value: data ? data.first : 'unknown' };
      });
  }
  const reads = [reader(value)];
  return (packet, node) =>
    then(readAll(reads, packet, node), ([part]) => (part ? valuesOf(part) : NONE));
}

function valuesOf(part: Part): Outcome<bigint | 'unknown'> {
  if (part.kind === 'value') return part;
  if (part.kind === 'unknown' || part.count > MOST_VALUES)
    return { kind: 'value', value: 'unknown' };
  const branches = Array.from({ length: Number(part.count) }, (_, i) => ({
    answer: String(part.first + BigInt(i)),
    share: 1 / Number(part.count),
    gives: known(part.first + BigInt(i)),
  }));
  return { kind: 'fork', question: null, branches };
}
