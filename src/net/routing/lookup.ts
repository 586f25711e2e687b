import type { Ip } from '../ip.ts';
import type { NodeNetwork, Route, RoutingRule } from '../netfilter/node-network.ts';
import type { Question } from '../netfilter/rules.ts';
import { isKnownAddress } from '../netfilter/unknown-address.ts';
import { type Asks, bestRoute } from './best-route.ts';
import { inPrefix, type Prefix } from './prefix.ts';

/** What routing goes by. */
export interface RouteKey {
  destination: Ip;
  /** null: not chosen yet. */
  source: Ip | null;
  mark: number;
  /** null: made on this node, which rules see as coming in from `lo`. */
  inInterface: string | null | undefined;
  /** Only routes by this interface. */
  outInterface?: string;
}

/** What the routes say: a route, none, or nothing, before a question is answered. */
export type Found =
  | { kind: 'route'; route: Route }
  | { kind: 'none' }
  | { kind: 'refused'; type: Refusal }
  | { kind: 'unknown'; question: Question };

/** The kernel's own rules, where `ip rule` is not at hand. */
export const DEFAULT_TABLES: readonly string[] = ['local', 'main', 'default'];

/** Actions of rules that end the search as the route types of the same names do. */
const REFUSALS = ['prohibit', 'unreachable', 'blackhole'] as const;
type Refusal = (typeof REFUSALS)[number];

/**
 * Looks a route up as `ip route get` does: rules by priority; in their tables the best route; a table
 * that has none, or a `throw`, leaves it to the next rule (net/core/fib_rules.c, Linux 6.18).
 */
export function lookUpRoute(
  key: RouteKey,
  routes: readonly Route[],
  node: NodeNetwork,
  asks: Asks = () => undefined,
): Found {
  for (const rule of node.rules ?? defaultRules(key.destination.family)) {
    const matches = ruleMatches(rule, key);
    if (matches === undefined) return notModelled(rule);
    if (!matches) continue;
    const refusal = REFUSALS.find((type) => type === rule.action);
    if (refusal) return { kind: 'refused', type: refusal };
    if (rule.action === 'nop') continue;
    if (rule.action !== null || rule.table === null) return notModelled(rule);
    const best = bestRoute(rule.table, key, routes, node, asks);
    if (best && 'question' in best) return { kind: 'unknown', ...best };
    if (best && best.route.type !== 'throw') {
      const type = REFUSALS.find((type) => type === best.route.type);
      return type ? { kind: 'refused', type } : { kind: 'route', ...best };
    }
  }
  return { kind: 'none' };
}

function notModelled({ priority }: RoutingRule): Found {
  const text = `whether ip rule ${priority} applies`;
  return { kind: 'unknown', question: { text, settledBy: null } };
}

function defaultRules(family: 4 | 6): RoutingRule[] {
  return DEFAULT_TABLES.map((table, priority) => ({
    family,
    priority,
    from: null,
    to: null,
    inInterface: null,
    outInterface: null,
    mark: null,
    not: false,
    table,
    action: null,
  }));
}

/** undefined: it goes by an interface or a source that is not known. */
function ruleMatches(rule: RoutingRule, key: RouteKey): boolean | undefined {
  if (rule.family !== key.destination.family) return false;
  const tests = [
    !rule.from || comesFrom(rule.from, key),
    !rule.to || inPrefix(rule.to, key.destination),
    !rule.mark || ((key.mark ^ rule.mark.value) & rule.mark.mask) === 0,
    rule.outInterface === null || rule.outInterface === key.outInterface,
    rule.inInterface === null || cameInBy(rule.inInterface, key),
  ];
  if (tests.includes(false)) return rule.not;
  if (tests.includes(undefined)) return undefined;
  return !rule.not;
}

function comesFrom(prefix: Prefix, { source }: RouteKey): boolean | undefined {
  if (!source) return prefix.prefix === 0;
  return isKnownAddress(source) ? inPrefix(prefix, source) : undefined;
}

function cameInBy(name: string, { inInterface }: RouteKey): boolean | undefined {
  return inInterface === undefined ? undefined : name === (inInterface ?? 'lo');
}
