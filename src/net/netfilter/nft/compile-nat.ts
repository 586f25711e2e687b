import { fromValue } from '../../ip.ts';
import type { NodeNetwork } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { randomPorts } from '../random-ports.ts';
import type { Answer, PortRange, Step, Translation } from '../rules.ts';
import { type Interval, intervalOf } from './datatypes.ts';
import { lookUp, type Sets } from './look-up.ts';
import { printStatement } from './print.ts';
import { NONE, type Outcome, then, toAnswer } from './reading.ts';
import type { Expression, NatStatement } from './syntax.ts';

/** Address and port that a target comes to; null: not given. `unknown`: not known where to. */
type Target = { address: Interval | null; port: Interval | null } | 'unknown';
type ReadTarget = (packet: Packet, node: NodeNetwork) => Outcome<Target>;

/**
 * dnat, snat, masquerade and redirect. A target of the other family does nothing and the rule goes on
 * (kernel 6.1 net/netfilter/nft_nat.c nft_nat_inet_eval).
 */
export function compileNat(statement: NatStatement, sets: Sets): Step {
  const text = printStatement(statement);
  const read = targetReader(statement, sets, text);
  const family = statement.family && (statement.family === 'ip' ? 4 : 6);
  return (packet, node) => {
    if (family !== null && family !== packet.family) return true;
    return toAnswer(read(packet, node), (target) => translate(statement, target, packet, text));
  };
}

function translate(statement: NatStatement, target: Target, packet: Packet, text: string): Answer {
  const { family } = packet;
  if (target === 'unknown' || statement.flags.includes('prefix')) {
    return {
      kind: 'verdict',
      verdict: { kind: 'stolen', what: `${text}: the new address is not known` },
    };
  }
  const { verb, flags } = statement;
  const random = flags.includes('random') || flags.includes('fully-random');
  const ports = portRange(target.port, random, verb, packet);
  if (verb === 'masquerade' || verb === 'redirect')
    return { kind: 'verdict', verdict: { kind: verb, ports } };
  const addresses = target.address && {
    first: fromValue(family, target.address.first),
    last: fromValue(family, target.address.last),
  };
  const to: Translation = { addresses, ports, persistent: statement.flags.includes('persistent') };
  return { kind: 'verdict', verdict: { kind: verb, to } };
}

function targetReader({ address, port }: NatStatement, sets: Sets, text: string): ReadTarget {
  const readAddress = partReader(address, sets, text);
  const readPort = partReader(port, sets, text);
  return (packet, node) =>
    then(readAddress(packet, node), (first) =>
      then(readPort(packet, node), (second): Outcome<Target> => {
        if (first === 'unknown' || second === 'unknown') return { kind: 'value', value: 'unknown' };
        const [addressPart = null, portPart = null] = first;
        return { kind: 'value', value: { address: addressPart, port: second[0] ?? portPart } };
      }),
    );
}

type ReadPart = (packet: Packet, node: NodeNetwork) => Outcome<Interval[] | 'unknown'>;

// A constant, or what a map gives: an address, a port, or both (`10.0.0.1 . 80`).
function partReader(expression: Expression | null, sets: Sets, text: string): ReadPart {
  if (expression?.kind !== 'map') {
    const parts = expression ? (constantParts(expression) ?? 'unknown') : [];
    return () => ({ kind: 'value', value: parts });
  }
  const find = lookUp(expression.key, expression.data, sets, text);
  return (packet, node) =>
    then(find(packet, node), (found): Outcome<Interval[] | 'unknown'> => {
      if (found === null) return NONE;
      const data = found === 'unknown' ? null : found.data && constantParts(found.data);
      return { kind: 'value', value: data ?? 'unknown' };
    });
}

function constantParts(expression: Expression): Interval[] | null {
  const parts = expression.kind === 'concat' ? expression.parts : [expression];
  const intervals = parts.map((part) => intervalOf(part, 'ip_address'));
  return intervals.every((interval) => interval !== null) ? intervals : null;
}

function portRange(
  interval: Interval | null,
  random: boolean,
  verb: NatStatement['verb'],
  { sourcePort }: Packet,
): PortRange | null {
  if (interval) {
    return {
      first: Number(interval.first),
      last: Number(interval.last),
      ...(random && { random }),
    };
  }
  const isSource = verb === 'snat' || verb === 'masquerade';
  return random && isSource ? randomPorts(sourcePort) : null;
}
