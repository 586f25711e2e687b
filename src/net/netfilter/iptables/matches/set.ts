import { memberOf, noted } from '../../changes.ts';
import { partsOfType } from '../../ipset/index-elements.ts';
import { isInSet as holds, type Key } from '../../ipset/look-up.ts';
import type { IpSet, NodeNetwork } from '../../node-network.ts';
import type { Packet } from '../../packet.ts';
import { anew, ask, isInSet } from '../../questions.ts';
import type { Fork } from '../../rules.ts';
import { isKnownAddress } from '../../unknown-address.ts';
import { type Condition, either, not } from '../condition.ts';
import { ifAll, type MatchModel, type RuleContext } from '../model.ts';
import { valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

type Direction = 'src' | 'dst';

/**
 * `--match-set NAME src,dst` (kernel 6.1, net/netfilter/xt_set.c set_match_v4): a set whose elements
 * have more parts than directions are given, or of the other family, says no. Options that look at
 * an element's counters, and --return-nomatch, are not modelled. What a set that rules fill does not
 * list may be in it by now.
 */
export const set: MatchModel = {
  options: { 'match-set': 2 },
  conditions: ({ options }, context) =>
    ifAll(options, ({ name, inverted, values }) => {
      if (name !== 'match-set') return undefined;
      const condition = inSet(values, context);
      return inverted ? not(condition) : condition;
    }),
};

/** Whether the set that is named holds the packet: `NAME src,dst`. */
export function inSet(values: readonly Word[], { filledSets }: RuleContext): Condition {
  const { text: name } = valueAt(values, 0);
  const directions = readDirections(valueAt(values, 1));
  return (packet, node) => {
    const isFilled = (set: string) =>
      filledSets().has(set) || listsOf(set, node).some((list) => filledSets().has(list));
    const query = { packet, directions, isFilled };
    const found = node.ipsets.get(name);
    if (found?.type !== 'list:set') return inPlainSet(name, found, query);
    // A list says yes where one of its sets does.
    return membersOf(found)
      .map(
        (member): Condition =>
          () =>
            inPlainSet(member, node.ipsets.get(member), query),
      )
      .reduce(either, () => false)(packet, node);
  };
}

/**
 * What --add-set and --del-set make of a packet (set_target_v2, net/netfilter/xt_set.c). A list enters
 * it in one of its sets (list_set_kadd, net/netfilter/ipset/ip_set_list_set.c): in which is not known.
 */
export function changeSet(
  packet: Packet,
  values: readonly Word[],
  now: 'in' | 'out',
  node: NodeNetwork,
): Packet {
  const { text: name } = valueAt(values, 0);
  const directions = readDirections(valueAt(values, 1));
  const found = node.ipsets.get(name);
  if (!found) return noted(packet, `ipset ${name}`, null, now);
  if (found.type === 'list:set') {
    return membersOf(found).reduce((sofar, one) => noted(sofar, `ipset ${one}`, null, now), packet);
  }
  const keys = keysOf(found, directions, packet);
  return keys ? noted(packet, `ipset ${name}`, elementOf(found, keys), now) : packet;
}

/** The sets of a list. */
function membersOf({ elements }: IpSet): string[] {
  return elements.map((element) => element.split(' ')[0] ?? '');
}

function listsOf(member: string, { ipsets }: NodeNetwork): string[] {
  return [...ipsets.values()].flatMap((list) =>
    list.type === 'list:set' && membersOf(list).includes(member) ? [list.name] : [],
  );
}

function readDirections(word: Word): Direction[] {
  return word.text.split(',').map((text) => {
    if (text !== 'src' && text !== 'dst') {
      throw new Malformed(word.column, `neither src nor dst: ${text}`);
    }
    return text;
  });
}

interface Query {
  packet: Packet;
  directions: readonly Direction[];
  isFilled: (set: string) => boolean;
}

function inPlainSet(name: string, found: IpSet | undefined, query: Query): boolean | Fork {
  const { packet, directions, isFilled } = query;
  if (!found) {
    const settled = memberOf(packet, `ipset ${name}`, null);
    return askFor(name, directions, packet, settled !== undefined);
  }
  const keys = keysOf(found, directions, packet);
  if (!keys) return false;
  const settled = memberOf(packet, `ipset ${name}`, elementOf(found, keys));
  if (settled) return settled === 'in';
  const held = holds(found, keys);
  if (held !== undefined && settled === undefined && (held || !isFilled(name))) return held;
  return askFor(name, directions.slice(0, keys.length), packet, settled === null);
}

/** What of the packet the set looks for; null: nothing that it could hold. */
function keysOf(set: IpSet, directions: readonly Direction[], packet: Packet): Key[] | null {
  const types = partsOfType(set.type);
  if (types.length > directions.length) return null;
  if (set.family !== null && set.family !== packet.family) return null;
  const keys = types.map((type, at) => keyFor(type, directions[at] ?? 'src', packet, types));
  return keys.every((key) => key !== null) ? keys : null;
}

/**
 * null: not known; or, of a bitmap, perhaps out of its range; or, of networks, what is entered and taken
 * out is one of the first length that the set has (hash_net4_kadt, ip_set_hash_net.c), and another may
 * hold the packet all the same.
 */
function elementOf({ type }: IpSet, keys: readonly Key[]): string | null {
  if (type.startsWith('bitmap:') || partsOfType(type).includes('net')) return null;
  const parts = keys.map((key) =>
    key === 'unknown' ? null : 'ip' in key ? key.ip.text : key.text,
  );
  return parts.includes(null) ? null : parts.join();
}

/** null: the packet has no such thing, and no set holds it. */
function keyFor(
  type: string,
  direction: Direction,
  packet: Packet,
  types: readonly string[],
): Key | null {
  const isSource = direction === 'src';
  if (type === 'ip' || type === 'net') {
    const ip = isSource ? packet.source : packet.destination;
    return isKnownAddress(ip) ? { ip } : 'unknown';
  }
  if (type === 'port') return portKey(isSource, packet, types.length > 1);
  if (type !== 'iface') return 'unknown';
  const name = isSource ? packet.inInterface : packet.outInterface;
  return name === undefined ? 'unknown' : name === null ? null : { text: name };
}

/**
 * bitmap:port holds bare ports, of TCP and UDP alone (ip_set_get_ip_port, net/netfilter/ipset/
 * ip_set_getport.c, Linux 6.18); the others ports with their protocol; ICMP has a type instead.
 */
function portKey(isSource: boolean, packet: Packet, withProtocol: boolean): Key | null {
  if (!withProtocol && packet.protocol !== 'tcp' && packet.protocol !== 'udp') return null;
  const port = isSource ? packet.sourcePort : packet.destinationPort;
  if (packet.protocol === 'icmp' || packet.protocol === 'icmpv6') return 'unknown';
  if (port === undefined) return 'unknown';
  return port === null
    ? null
    : { text: withProtocol ? `${packet.protocol}:${port}` : String(port) };
}

/** `changed`: on the way, in a manner that does not settle it. */
function askFor(
  name: string,
  directions: readonly Direction[],
  packet: Packet,
  changed: boolean,
): Fork {
  const what = directions.map((direction) =>
    direction === 'src' ? packet.source.text : packet.destination.text,
  );
  const question = isInSet(`${what.join(',')} (${directions.join(',')})`, name);
  return ask(changed ? anew(question) : question);
}
