import type { Ip } from '../../ip.ts';
import type { Packet } from '../packet.ts';
import { ask, comesFrom, comesInOn, goesTo, leavesOn } from '../questions.ts';
import type { Question } from '../rules.ts';
import { isKnownAddress } from '../unknown-address.ts';
import { type Condition, not } from './condition.ts';
import { interfaceMatches } from './interface-pattern.ts';
import type { RuleContext } from './model.ts';
import { protocolMatches } from './protocols.ts';
import type { Option } from './rule-syntax.ts';
import { inNetwork, readNetworks, valueAt } from './values.ts';
import { Malformed, type Word } from './words.ts';

/**
 * -s, -d, -i, -o, -p and -f (kernel 6.1, net/ipv4/netfilter/ip_tables.c ip_packet_match).
 * A walk's packets are never fragments: conntrack puts them together first.
 */
export function basicCondition(option: Option, context: RuleContext): Condition {
  const condition = readCondition(option, context);
  return option.inverted ? not(condition) : condition;
}

function readCondition({ name, inverted, values }: Option, context: RuleContext): Condition {
  if (name === 'f') return () => false;
  const word = valueAt(values, 0);
  if (name === 's') return address(word, inverted, context, (packet) => packet.source, comesFrom);
  if (name === 'd') return address(word, inverted, context, (packet) => packet.destination, goesTo);
  if (name === 'i') return onInterface(word.text, (packet) => packet.inInterface, comesInOn);
  if (name === 'o') return onInterface(word.text, (packet) => packet.outInterface, leavesOn);
  return (packet) => protocolMatches(word.text, packet);
}

function address(
  word: Word,
  inverted: boolean,
  context: RuleContext,
  read: (packet: Packet) => Ip,
  question: (what: string) => Question,
): Condition {
  const networks = readNetworks(word, context);
  if (inverted && networks.length > 1) {
    throw new Malformed(word.column, '! is not allowed with several addresses');
  }
  return (packet) => {
    const ip = read(packet);
    if (!isKnownAddress(ip)) return ask(question(word.text));
    return networks.some((network) => inNetwork(network, ip));
  };
}

function onInterface(
  pattern: string,
  read: (packet: Packet) => string | null | undefined,
  question: (pattern: string) => Question,
): Condition {
  if (pattern === '+') return () => true;
  return (packet) => {
    const name = read(packet);
    if (name !== undefined) return interfaceMatches(pattern, name ?? '');
    return pattern !== 'lo' && ask(question(pattern));
  };
}
