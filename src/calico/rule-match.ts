import { type Family, type Ip, type IpRange, parseCidr, parseIp } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import type { AddressSets } from './address-sets.ts';
import { type Answer, all, allOf, any, known, not } from './answer.ts';
import type { EntityRule, Rule } from './objects.ts';
import { type Packet, protocolNumber } from './packet.ts';
import { ACCOUNT_PREFIX, NAMESPACE_LABEL, NAMESPACE_PREFIX } from './policies.ts';
import { rangeSet } from './range-set.ts';
import { parseSelector, type Selector, type SelectorFault } from './selector.ts';
import { prefixed, replacing } from './selector-matches.ts';

/** A rule, ready to be asked about packets. */
export interface ReadyRule {
  action: Rule['action'];
  /** As it stands. */
  rule: Rule;
  matches(packet: Packet): Answer;
  source: RuleEnd;
  destination: RuleEnd;
}

/** What a rule says of one end of a packet. */
export interface RuleEnd {
  /** The ranges of addresses that it tells apart. */
  ranges: readonly IpRange[];
  /** Those of them that its selectors stand for. */
  selected: readonly IpRange[];
  /** The ranges of ports that it tells apart, both ends included. */
  ports: readonly PortRange[];
  addressIs(ip: Ip | null): Answer;
  portIs(port: number | null): Answer;
}

export type PortRange = readonly [first: number, last: number];

type Condition = (packet: Packet) => Answer;

/**
 * Makes the rule ready, once for all who ask. All that it says must be so of a packet
 * (docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy, "Rule"); `namespace` is the
 * policy's, null where it has none.
 */
export function readyRule(rule: Rule, namespace: string | null, sets: AddressSets): ReadyRule {
  const known = readyRules(sets);
  const ofNamespace = known.get(namespace) ?? new WeakMap<Rule, ReadyRule>();
  known.set(namespace, ofNamespace);
  const ready = ofNamespace.get(rule) ?? makeReady(rule, namespace, sets);
  ofNamespace.set(rule, ready);
  return ready;
}

const readyRules = oncePer(
  (_sets: AddressSets) => new Map<string | null, WeakMap<Rule, ReadyRule>>(),
);

function makeReady(rule: Rule, namespace: string | null, sets: AddressSets): ReadyRule {
  const source = readyEnd(rule.source ?? {}, namespace, sets);
  const destination = readyEnd(rule.destination ?? {}, namespace, sets);
  const conditions: Condition[] = [
    ...protocolConditions(rule),
    ({ source: ip }) => source.addressIs(ip),
    ({ sourcePort }) => source.portIs(sourcePort),
    ({ destination: ip }) => destination.addressIs(ip),
    ({ destinationPort }) => destination.portIs(destinationPort),
  ];
  return {
    action: rule.action,
    rule,
    matches(packet) {
      const { family } = packet.source;
      if (rule.ipVersion && rule.ipVersion !== family) return 'no';
      if (!source.isFor(family) || !destination.isFor(family)) return 'no';
      return allOf(conditions, packet);
    },
    source,
    destination,
  };
}

function protocolConditions({ protocol, notProtocol, icmp, notICMP, http }: Rule): Condition[] {
  const is =
    (wanted: string | number): Condition =>
    (packet) => {
      const number = protocolNumber(wanted);
      return number === null
        ? { unknown: `protocol ${wanted} is not known` }
        : known(number === packet.protocol);
    };
  const conditions: Condition[] = [];
  if (protocol !== null && protocol !== undefined) conditions.push(is(protocol));
  if (notProtocol !== null && notProtocol !== undefined) {
    conditions.push((packet) => not(is(notProtocol)(packet)));
  }
  if (icmp) conditions.push((packet) => icmpIs(icmp, packet));
  if (notICMP) conditions.push((packet) => not(icmpIs(notICMP, packet)));
  if (http) conditions.push(() => ({ unknown: 'the rule matches by HTTP' }));
  return conditions;
}

function icmpIs(
  { type, code }: { type?: number | null | undefined; code?: number | null | undefined },
  { protocol, icmp }: Packet,
): Answer {
  if (protocol !== 1 && protocol !== 58) return 'no';
  if (!icmp) return { unknown: 'which ICMP message it is is not said' };
  return known((type ?? icmp.type) === icmp.type && (code ?? icmp.code) === icmp.code);
}

const WHERE_TO: Answer = { unknown: 'where it goes is not known' };

interface ReadyEnd extends RuleEnd {
  isFor(family: Family): boolean;
}

function readyEnd(entity: EntityRule, namespace: string | null, sets: AddressSets): ReadyEnd {
  const nets = (entity.nets ?? []).map(readNet);
  const notNets = (entity.notNets ?? []).map(readNet);
  const selector = entitySelector(entity, namespace);
  const { notSelector, ports, notPorts } = entity;
  const excluded = notSelector ? parseSelector(notSelector) : null;
  const inNets = (ranges: readonly (IpRange | null)[]) => {
    const { has } = rangeSet(ranges.filter((range) => range !== null));
    const isFlawed = ranges.includes(null);
    return (ip: Ip | null): Answer => {
      if (ip === null) return WHERE_TO;
      if (has(ip)) return 'yes';
      return isFlawed ? { unknown: 'a net of the rule is none' } : 'no';
    };
  };
  const inSet = (ip: Ip | null, of: Selector | SelectorFault): Answer => {
    if ('message' in of) return { unknown: `a selector of the rule: ${of.message}` };
    return ip === null ? WHERE_TO : sets.of(of).has(ip);
  };
  const addresses: ((ip: Ip | null) => Answer)[] = [];
  if (nets.length > 0) addresses.push(inNets(nets));
  if (notNets.length > 0) {
    const isIn = inNets(notNets);
    addresses.push((ip) => not(isIn(ip)));
  }
  if (selector) addresses.push((ip) => inSet(ip, selector));
  if (excluded) addresses.push((ip) => not(inSet(ip, excluded)));
  if (entity.services) {
    addresses.push(() => ({ unknown: 'the rule matches by a Service’s endpoints' }));
  }
  const isPort = portIsAmong(ports ?? []);
  const isOther = portIsAmong(notPorts ?? []);
  const selected = [selector, excluded].flatMap((of) =>
    of && !('message' in of) ? sets.of(of).ranges : [],
  );
  return {
    ranges: [...[...nets, ...notNets].filter((range) => range !== null), ...selected],
    selected,
    ports: [...(ports ?? []), ...(notPorts ?? [])].map(readPort).filter((range) => range !== null),
    addressIs: (ip) => allOf(addresses, ip),
    portIs: (port) =>
      all([ports?.length ? isPort(port) : 'yes', notPorts?.length ? not(isOther(port)) : 'yes']),
    /**
     * The agent drops from a rule the nets of the other family, and the whole rule where none of a list
     * is left (FilterRuleToIPVersion, felix/rules/policy.go, 3.32).
     */
    isFor: (family) =>
      [nets, notNets].every(
        (list) =>
          list.length === 0 ||
          list.some((range) => range === null || range.first.family === family),
      ),
  };
}

function readNet(text: string): IpRange | null {
  const ip = parseIp(text);
  return ip ? { first: ip, last: ip } : parseCidr(text);
}

function portIsAmong(ports: readonly (string | number)[]): (port: number | null) => Answer {
  const read = ports.map((text) => ({ text, range: readPort(text) }));
  return (port) =>
    any(
      read.map(({ text, range }) => {
        if (range === null) return { unknown: `port ${text} is a name` };
        const [first, last] = range;
        if (port !== null) return known(port >= first && port <= last);
        const isEvery = first === 0 && last === 65_535;
        return isEvery ? 'yes' : { unknown: 'which port it has is not known' };
      }),
    );
}

/** A number, or `FIRST:LAST`; null: the name of one, which stands for ports of endpoints that have it. */
function readPort(text: string | number): PortRange | null {
  const [, first = '', last = first] = /^(\d+)(?::(\d+))?$/.exec(String(text)) ?? [];
  return first === '' ? null : [Number(first), Number(last)];
}

/**
 * The endpoints that the end is narrowed down to; null: to none. In a namespaced policy they are of its
 * namespace, as soon as any selector is given. `all()` of namespaces means whatever is in one, `global()`
 * whatever is in none (getEndpointSelector in libcalico-go/lib/backend/syncersv1, 3.28).
 */
function entitySelector(
  { selector, notSelector, namespaceSelector, serviceAccounts }: EntityRule,
  namespace: string | null,
): Selector | SelectorFault | null {
  const parts: (Selector | SelectorFault)[] = [];
  if (namespaceSelector) {
    const of = parseSelector(namespaceSelector);
    const has: Selector = { kind: 'has', label: NAMESPACE_LABEL };
    parts.push(
      'message' in of
        ? of
        : replacing(prefixed(of, NAMESPACE_PREFIX), { all: has, global: { kind: 'not', of: has } }),
    );
  }
  if (serviceAccounts?.selector) {
    const of = parseSelector(serviceAccounts.selector);
    parts.push('message' in of ? of : prefixed(of, ACCOUNT_PREFIX));
  }
  if (serviceAccounts?.names?.length) {
    const label = 'projectcalico.org/serviceaccount';
    parts.push({ kind: 'in', label, values: serviceAccounts.names });
  }
  if (selector) parts.push(parseSelector(selector));
  if (namespace !== null && !namespaceSelector && (parts.length > 0 || notSelector)) {
    parts.unshift({ kind: '==', label: NAMESPACE_LABEL, value: namespace });
  }
  const fault = parts.find((part) => 'message' in part);
  if (fault) return fault;
  const [first, ...more] = parts as Selector[];
  if (first === undefined) return null;
  return more.length === 0 ? first : { kind: 'and', of: [first, ...more] };
}
