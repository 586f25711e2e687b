import type { Ip } from '../../../ip.ts';
import { ENTRY_STATUS, hasEntry, hasTemplate, visibleState } from '../../conntrack-entry.ts';
import type { Connection, Packet } from '../../packet.ts';
import { ask, hasConnectionStatus, matches } from '../../questions.ts';
import type { Fork } from '../../rules.ts';
import { isKnownAddress } from '../../unknown-address.ts';
import { type Condition, not } from '../condition.ts';
import { ifAll, type MatchModel, perOption, type RuleContext } from '../model.ts';
import { printOption } from '../print-extension.ts';
import { protocolMatches } from '../protocols.ts';
import type { Option } from '../rule-syntax.ts';
import { inNetwork, readNetworks, readPorts, valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

const STATES = ['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED'];

/** Kernel 6.1, net/netfilter/xt_state.c: where conntrack has not looked yet, INVALID. */
export const state = perOption({
  state: [
    1,
    (values) => {
      const states = readWords(valueAt(values, 0), STATES);
      return (packet) => states.includes(stateOf(packet));
    },
  ],
});

const OPTIONS = [
  'ctstate',
  'ctproto',
  'ctorigsrc',
  'ctorigdst',
  'ctreplsrc',
  'ctrepldst',
  'ctorigsrcport',
  'ctorigdstport',
  'ctreplsrcport',
  'ctrepldstport',
  'ctstatus',
  'ctexpire',
  'ctdir',
];

/**
 * Kernel 6.1, net/netfilter/xt_conntrack.c conntrack_mt. Where the packet has no entry, --ctstate
 * alone decides, whatever else is asked for; without --ctstate the match says no, even inverted.
 */
export const conntrack: MatchModel = {
  options: Object.fromEntries(OPTIONS.map((name) => [name, 1])),
  conditions: ({ options }, context) => {
    const asksState = options.some(({ name }) => name === 'ctstate');
    return ifAll(options, (option) => {
      const condition = readCondition(option, context);
      if (option.name === 'ctstate') return condition;
      const ofTemplate = neverKnown(option);
      return (packet, node) => {
        if (hasTemplate(packet)) return ofTemplate(packet, node);
        return hasEntry(packet.connection) ? condition(packet, node) : asksState;
      };
    });
  },
};

function readCondition(option: Option, context: RuleContext): Condition {
  const word = valueAt(option.values, 0);
  const condition = TESTS[option.name]?.(word, context, option) ?? neverKnown(option);
  return option.inverted ? not(condition) : condition;
}

const TESTS: Readonly<
  Record<string, (word: Word, context: RuleContext, option: Option) => Condition>
> = {
  ctstate: (word) => {
    const states = readWords(word, [...STATES, 'SNAT', 'DNAT']);
    return (packet) => statesOf(packet).some((name) => states.includes(name));
  },
  ctstatus: (word) => statusCondition(readWords(word, Object.keys(STATUS))),
  ctproto: (word) => (packet) => protocolMatches(word.text, packet.connection.original ?? packet),
  ctdir: (word) => {
    const [direction] = readWords(word, ['ORIGINAL', 'REPLY']);
    return ({ connection }) => connection.direction.toUpperCase() === direction;
  },
  ctorigsrc: (word, context, option) =>
    addressCondition(word, context, option, ({ original }) => original?.source),
  ctorigdst: (word, context, option) =>
    addressCondition(word, context, option, ({ original }) => original?.destination),
  ctreplsrc: (word, context, option) =>
    addressCondition(word, context, option, ({ reply }) => reply?.source),
  ctrepldst: (word, context, option) =>
    addressCondition(word, context, option, ({ reply }) => reply?.destination),
  ctorigsrcport: (word, _context, option) =>
    portCondition(word, option, ({ original }) => original?.sourcePort),
  ctorigdstport: (word, _context, option) =>
    portCondition(word, option, ({ original }) => original?.destinationPort),
  ctreplsrcport: (word, _context, option) =>
    portCondition(word, option, ({ reply }) => reply?.sourcePort),
  ctrepldstport: (word, _context, option) =>
    portCondition(word, option, ({ reply }) => reply?.destinationPort),
};

function addressCondition(
  word: Word,
  context: RuleContext,
  option: Option,
  read: (connection: Connection) => Ip | undefined,
): Condition {
  const networks = readNetworks(word, context);
  const unknown = neverKnown(option);
  return (packet, node) => {
    const ip = read(packet.connection);
    return ip && isKnownAddress(ip)
      ? networks.some((network) => inNetwork(network, ip))
      : unknown(packet, node);
  };
}

function portCondition(
  word: Word,
  option: Option,
  read: (connection: Connection) => number | null | undefined,
): Condition {
  const { first, last } = readPorts(word);
  const unknown = neverKnown(option);
  return (packet, node) => {
    const port = read(packet.connection);
    // ICMP has an identifier, a type and a code there.
    if (typeof port !== 'number') return unknown(packet, node);
    return first <= port && port <= last;
  };
}

function stateOf(packet: Packet): string {
  return visibleState(packet).toUpperCase();
}

function statesOf(packet: Packet): string[] {
  const { connection } = packet;
  const states = [stateOf(packet)];
  if (hasEntry(connection) && connection.snat) states.push('SNAT');
  if (hasEntry(connection) && connection.dnat) states.push('DNAT');
  return states;
}

/** NONE is a mask of no bits, which no entry has (conntrack_mt, net/netfilter/xt_conntrack.c). */
const STATUS: Readonly<Record<string, (packet: Packet) => boolean | undefined>> = {
  NONE: () => false,
  ...ENTRY_STATUS,
};

function statusCondition(statuses: readonly string[]): Condition {
  return (packet): boolean | Fork => {
    const answers = statuses.map((status) => STATUS[status]?.(packet));
    if (answers.includes(true)) return true;
    const unknown = statuses.filter((_, index) => answers[index] === undefined);
    return unknown.length > 0 && ask(hasConnectionStatus(unknown.join(' or ')));
  };
}

function neverKnown(option: Option): Condition {
  return () => ask(matches(printOption({ ...option, inverted: false }, '--')));
}

function readWords(word: Word, allowed: readonly string[]): string[] {
  const words = word.text.toUpperCase().split(',');
  const foreign = words.find((candidate) => !allowed.includes(candidate));
  if (foreign !== undefined) {
    throw new Malformed(word.column, `${foreign} is none of ${allowed.join(', ')}`);
  }
  return words;
}
