import { type Found, lookUpRoute } from '../../routing/lookup.ts';
import { addressType } from '../address-type.ts';
import type { NextHop, Route } from '../node-network.ts';
import { isLocalAddress } from '../questions.ts';
import { isKnownAddress } from '../unknown-address.ts';
import { end } from './end.ts';
import { ask, askedBy, type Ground, type Move } from './move.ts';
import type { Outcome } from './result.ts';
import type { State } from './state.ts';

/** As `Found`; the others where there are no routes to look it up in. */
export type Way = Found | { kind: 'local' | 'broadcast' | 'elsewhere' };

/**
 * Where the packet is to go. With no routes known, what is not the node's own goes elsewhere.
 * `inInterface`: null for what was made here.
 */
export function findWay(
  { packet }: State,
  inInterface: string | null | undefined,
  ground: Ground,
): Way {
  const { source, destination, mark } = packet;
  const { routes } = ground.node;
  if (!isKnownAddress(destination)) return { kind: 'local' };
  // A routing table without the local one says nothing of the node's own addresses.
  if (!routes?.some(({ type }) => type === 'local')) {
    const type = addressType(destination, ground.node);
    if (type === 'broadcast') return { kind: type };
    if (ask(ground, type && type === 'local', isLocalAddress(destination)))
      return { kind: 'local' };
  }
  if (!routes) return { kind: 'elsewhere' };
  return lookUpRoute(
    { source, destination, mark, inInterface },
    routes,
    ground.node,
    askedBy(ground),
  );
}

/** The end at a way that leads nowhere. `outcome`: how the sender learns of a refusal. */
export function noWay(
  state: State,
  way: Way & { kind: 'none' | 'refused' | 'unknown' },
  outcome: () => Outcome,
  ground: Ground,
): Move {
  if (way.kind === 'unknown') {
    const { question } = way;
    return end(state, 'undetermined', 'routing-rule', ground, { question });
  }
  if (way.kind === 'none') return end(state, outcome(), 'no-route', ground);
  return end(state, way.type === 'blackhole' ? 'dropped' : outcome(), way.type, ground);
}

const NO_HOP: NextHop = { gateway: null, device: null, weight: 1, fault: null };

/** The states behind a route, one for each next hop, with their shares of the flows. */
export function byHops(
  route: Route,
  stateBy: (hop: NextHop) => State,
): Move & { kind: 'go' | 'branch' } {
  const [first = NO_HOP, ...others] = route.hops;
  if (others.length === 0) return { kind: 'go', state: stateBy(first) };
  const total = route.hops.reduce((sum, { weight }) => sum + weight, 0);
  return {
    kind: 'branch',
    question: null,
    branches: route.hops.map((hop) => ({
      answer: [hop.gateway && `via ${hop.gateway.text}`, hop.device && `dev ${hop.device}`]
        .filter(Boolean)
        .join(' '),
      share: hop.weight / total,
      state: stateBy(hop),
    })),
  };
}
