import { isLoopback } from '../../routing/prefix.ts';
import { anyOf, setting } from '../../routing/sysctl.ts';
import { end } from './end.ts';
import { leavingBy } from './hooks.ts';
import { ask, type Ground, kernelPhase, type Move } from './move.ts';
import { byHops, findWay, noWay } from './route.ts';
import type { Place, State } from './state.ts';
import { takenAway } from './taken-away.ts';

/**
 * Routes a packet that was made here, before any rule sees it, and again after a rule at the output
 * hook changed where it goes (ip_route_output_key_hash, net/ipv4/route.c; ip_route_me_harder,
 * net/ipv4/netfilter.c; Linux 6.18). What has no way the second time is lost in silence. The chains
 * behind a second look still see the interface of the first (nf_hook_state is made once).
 */
export function routeOutput(
  state: State,
  { again, rest }: Place & { kind: 'route-output' },
  ground: Ground,
): Move {
  const { source } = state.packet;
  const way = findWay(state, null, ground);
  if (way.kind === 'none' || way.kind === 'refused' || way.kind === 'unknown') {
    return noWay(state, way, () => (again ? 'dropped' : 'rejected'), ground);
  }
  const isForUs = way.kind === 'local' || (way.kind === 'route' && way.route.type === 'local');
  const mayServe = !again && (isForUs || way.kind === 'elsewhere');
  const taken = mayServe ? takenAway('ipvs', state, ground) : null;
  if (taken) return taken;
  const device = way.kind === 'route' ? way.route.hops[0]?.device : undefined;
  // IPv6 has no such check: ::1 leaves the node.
  if (!isForUs && source.family === 4 && isLoopback(source)) {
    const allowed = anyOf('route_localnet', device, ground.node);
    if (!ask(ground, allowed, setting('route_localnet', device, 'is 1'))) {
      return end(state, 'dropped', 'martian-source', ground);
    }
  }
  const onward = (outInterface: string | undefined): State =>
    again
      ? { ...state, place: { kind: 'hook', hook: 'output', rest: leavingBy(outInterface, rest) } }
      : {
          ...state,
          packet: { ...state.packet, outInterface },
          place: { kind: 'hook', hook: 'output', rest },
        };
  ground.record(kernelPhase(null, again ? 'reroute' : 'route', isForUs ? 'to this node' : 'out'));
  if (isForUs) return { kind: 'meet', state: onward('lo') };
  if (way.kind !== 'route') return { kind: 'meet', state: onward(undefined) };
  return byHops(way.route, ({ device, gateway }) => ({
    ...onward(device ?? undefined),
    gateway,
  }));
}
