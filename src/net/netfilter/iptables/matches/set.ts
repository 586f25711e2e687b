import { partsOfType } from '../../ipset/index-elements.ts';
import { isInSet as holds, type Key } from '../../ipset/look-up.ts';
import type { IpSet, NodeNetwork } from '../../node-network.ts';
import type { Packet } from '../../packet.ts';
import { ask, isInSet } from '../../questions.ts';
import type { Fork } from '../../rules.ts';
import { type Condition, either, not } from '../condition.ts';
import { ifAll, type MatchModel } from '../model.ts';
import { valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

type Direction = 'src' | 'dst';

/**
 * `--match-set NAME src,dst` (kernel 6.1, net/netfilter/xt_set.c set_match_v4): a set whose elements
 * have more parts than directions are given, or of the other family, says no. Options that look at
 * an element's counters, and --return-nomatch, are not modelled.
 */
export const set: MatchModel = {
  options: { 'match-set': 2 },
  conditions: ({ options }) =>
    ifAll(options, ({ name, inverted, values }) => {
      if (name !== 'match-set') return undefined;
      const condition = inSet(valueAt(values, 0).text, readDirections(valueAt(values, 1)));
      return inverted ? not(condition) : condition;
    }),
};

function readDirections(word: Word): Direction[] {
  return word.text.split(',').map((text) => {
    if (text !== 'src' && text !== 'dst') {
      throw new Malformed(word.column, `neither src nor dst: ${text}`);
    }
    return text;
  });
}

function inSet(name: string, directions: readonly Direction[]): Condition {
  return (packet, node) => {
    const found = node.ipsets.get(name);
    if (found?.type === 'list:set') return inList(found, directions)(packet, node);
    return found ? inPlainSet(found, directions, packet) : askFor(name, directions, packet);
  };
}

/** A list says yes where one of its sets does. */
function inList(list: IpSet, directions: readonly Direction[]): Condition {
  return list.elements
    .map((element) => inMember(element.split(' ')[0] ?? '', directions))
    .reduce(either, () => false);
}

function inMember(name: string, directions: readonly Direction[]): Condition {
  return (packet: Packet, node: NodeNetwork) => {
    const found = node.ipsets.get(name);
    return found ? inPlainSet(found, directions, packet) : askFor(name, directions, packet);
  };
}

function inPlainSet(
  found: IpSet,
  directions: readonly Direction[],
  packet: Packet,
): boolean | Fork {
  const types = partsOfType(found.type);
  if (types.length > directions.length) return false;
  if (found.family !== null && found.family !== packet.family) return false;
  const keys = types.map((type, at) => keyFor(type, directions[at] ?? 'src', packet, types));
  if (keys.includes(null)) return false;
  const present = keys.filter((key) => key !== null);
  return holds(found, present) ?? askFor(found.name, directions.slice(0, types.length), packet);
}

/** null: the packet has no such thing, and no set holds it. */
function keyFor(
  type: string,
  direction: Direction,
  packet: Packet,
  types: readonly string[],
): Key | null {
  const isSource = direction === 'src';
  if (type === 'ip' || type === 'net') return { ip: isSource ? packet.source : packet.destination };
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

function askFor(name: string, directions: readonly Direction[], packet: Packet): Fork {
  const what = directions.map((direction) =>
    direction === 'src' ? packet.source.text : packet.destination.text,
  );
  return ask(isInSet(`${what.join(',')} (${directions.join(',')})`, name));
}
