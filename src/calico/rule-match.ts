import { type Family, type Ip, type IpRange, parseCidr, parseIp } from '../net/ip.ts';
import type { AddressSets } from './address-sets.ts';
import { type Answer, all, any, known, not } from './answer.ts';
import type { EntityRule, Rule } from './objects.ts';
import { type Packet, protocolNumber } from './packet.ts';
import { ACCOUNT_PREFIX, NAMESPACE_LABEL, NAMESPACE_PREFIX } from './policies.ts';
import { rangeSet } from './range-set.ts';
import { parseSelector, type Selector, type SelectorFault } from './selector.ts';
import { prefixed, replacing } from './selector-matches.ts';

/** A rule, ready to be asked about packets. */
export interface ReadyRule {
  action: Rule['action'];
  matches(packet: Packet): Answer;
  /** The ranges of sources that it tells apart. */
  sources: readonly IpRange[];
}

type Condition = (packet: Packet) => Answer;

/**
 * Makes the rule ready. All that it says must be so of a packet (docs.tigera.io/calico/latest/reference/
 * resources/globalnetworkpolicy, "Rule"); `namespace` is the policy's, null where it has none.
 */
export function readyRule(rule: Rule, namespace: string | null, sets: AddressSets): ReadyRule {
  const source = entityConditions(rule.source ?? {}, namespace, sets);
  const destination = entityConditions(rule.destination ?? {}, namespace, sets);
  const conditions: Condition[] = [
    ...protocolConditions(rule),
    ...source.conditions.map(
      (condition): Condition =>
        ({ source: ip, sourcePort: port }) =>
          condition({ ip, port }),
    ),
    ...destination.conditions.map(
      (condition): Condition =>
        ({ destination: ip, destinationPort: port }) =>
          condition({ ip, port }),
    ),
  ];
  return {
    action: rule.action,
    matches(packet) {
      const { family } = packet.source;
      if (rule.ipVersion && rule.ipVersion !== family) return 'no';
      if (!source.isFor(family) || !destination.isFor(family)) return 'no';
      return all(conditions.map((condition) => condition(packet)));
    },
    sources: source.ranges,
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

/** One end of a packet. */
interface End {
  ip: Ip | null;
  port: number | null;
}

function entityConditions(entity: EntityRule, namespace: string | null, sets: AddressSets) {
  const nets = (entity.nets ?? []).map(readNet);
  const notNets = (entity.notNets ?? []).map(readNet);
  const selector = entitySelector(entity, namespace);
  const { notSelector } = entity;
  const excluded = notSelector ? parseSelector(notSelector) : null;
  const inNets = (ranges: readonly (IpRange | null)[]) => {
    const { has } = rangeSet(ranges.filter((range) => range !== null));
    const isFlawed = ranges.includes(null);
    return ({ ip }: End): Answer => {
      if (ip === null) return WHERE_TO;
      if (has(ip)) return 'yes';
      return isFlawed ? { unknown: 'a net of the rule is none' } : 'no';
    };
  };
  const inSet = ({ ip }: End, of: Selector | SelectorFault): Answer => {
    if ('message' in of) return { unknown: `a selector of the rule: ${of.message}` };
    return ip === null ? WHERE_TO : sets.of(of).has(ip);
  };
  const conditions: ((end: End) => Answer)[] = [];
  if (nets.length > 0) conditions.push(inNets(nets));
  if (notNets.length > 0) {
    const isIn = inNets(notNets);
    conditions.push((end) => not(isIn(end)));
  }
  if (selector) conditions.push((end) => inSet(end, selector));
  if (excluded) conditions.push((end) => not(inSet(end, excluded)));
  const { ports, notPorts, services } = entity;
  if (ports?.length) conditions.push(({ port }) => any(ports.map((one) => isPort(one, port))));
  if (notPorts?.length) {
    conditions.push(({ port }) => not(any(notPorts.map((one) => isPort(one, port)))));
  }
  if (services) conditions.push(() => ({ unknown: 'the rule matches by a Service’s endpoints' }));
  const ranges = [selector, excluded].flatMap((of) =>
    of && !('message' in of) ? sets.of(of).ranges : [],
  );
  return {
    conditions,
    ranges: [...[...nets, ...notNets].filter((range) => range !== null), ...ranges],
    /**
     * The agent drops from a rule the nets of the other family, and the whole rule where none of a list
     * is left (FilterRuleToIPVersion, felix/rules/policy.go, 3.32).
     */
    isFor: (family: Family) =>
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

/** A number, `FIRST:LAST`, or a name, which stands for ports of endpoints that have it. */
function isPort(wanted: string | number, port: number | null): Answer {
  const [, first = '', last = first] = /^(\d+)(?::(\d+))?$/.exec(String(wanted)) ?? [];
  if (first === '') return { unknown: `port ${wanted} is a name` };
  const [from, to] = [Number(first), Number(last)];
  if (port === null) {
    return from === 0 && to === 65_535 ? 'yes' : { unknown: 'which port it has is not known' };
  }
  return known(port >= from && port <= to);
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
