import type { NextHop, NodeNetwork, Route } from '../netfilter/node-network.ts';
import { hasTypeOfService } from '../netfilter/questions.ts';
import type { Question } from '../netfilter/rules.ts';
import type { RouteKey } from './lookup.ts';
import { inPrefix } from './prefix.ts';
import { anyOf, setting } from './sysctl.ts';

/** The answer to a question; undefined: nobody knows. */
export type Asks = (question: Question) => boolean | undefined;

/**
 * The route of a table that a packet takes, with those of its next hops that are in use: of the longest
 * prefix, for the packet's type of service before for any, of the lowest metric (fib_table_lookup,
 * net/ipv4/fib_trie.c, Linux 6.18). A question: it would have to be answered first.
 */
export function bestRoute(
  table: string,
  key: RouteKey,
  routes: readonly Route[],
  node: NodeNetwork,
  asks: Asks,
): { route: Route } | { question: Question } | null {
  const candidates = routes.filter(
    (route) =>
      route.table === table &&
      inPrefix(route.destination, key.destination) &&
      (!key.outInterface || route.hops.some(({ device }) => device === key.outInterface)),
  );
  for (const route of candidates.sort(byPrecedence)) {
    if (route.typeOfService !== null) {
      const question = hasTypeOfService(route.typeOfService);
      const answer = asks(question);
      if (answer === undefined) return { question };
      if (!answer) continue;
    }
    const inUse = hopsInUse(route, node, asks);
    if ('question' in inUse) return inUse;
    if (inUse.hops.length === route.hops.length) return { route };
    if (inUse.hops.length > 0) return { route: { ...route, ...inUse } };
  }
  return null;
}

function byPrecedence(a: Route, b: Route): number {
  return (
    b.destination.prefix - a.destination.prefix ||
    Number(b.typeOfService !== null) - Number(a.typeOfService !== null) ||
    a.metric - b.metric
  );
}

/**
 * Dead ones are never in use; those whose link is down are, unless the interface ignores such
 * (fib_lookup_good_nhc, net/ipv4/fib_trie.c; find_match, net/ipv6/route.c; Linux 6.18).
 */
function hopsInUse(
  { hops, destination }: Route,
  node: NodeNetwork,
  asks: Asks,
): { hops: readonly NextHop[] } | { question: Question } {
  const inUse: NextHop[] = [];
  for (const hop of hops) {
    if (hop.fault === 'dead') continue;
    if (hop.fault === 'linkdown') {
      const name = 'ignore_routes_with_linkdown';
      const question = setting(name, hop.device, 'is 1');
      const isIgnored = anyOf(name, hop.device, node, destination.ip.family) ?? asks(question);
      if (isIgnored === undefined) return { question };
      if (isIgnored) continue;
    }
    inUse.push(hop);
  }
  return { hops: inUse };
}
