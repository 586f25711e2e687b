import type { Ip } from '../../ip.ts';
import { isLocal } from '../../routing/local.ts';
import { isLinkLocal6, isLoopback, isMulticast } from '../../routing/prefix.ts';
import { reversePath } from '../../routing/reverse-path.ts';
import { anyOf, forwards, largerOf } from '../../routing/sysctl.ts';
import type { Packet } from '../packet.ts';
import type { Question } from '../rules.ts';
import { end } from './end.ts';
import { goTo } from './hook-end.ts';
import { ask, assume, type Ground, kernelPhase, type Move } from './move.ts';
import type { Reason } from './result.ts';
import { byHops, findWay, noWay } from './route.ts';
import type { State } from './state.ts';

/**
 * Routes a packet that came in by an interface: to this node, on to another, or nowhere
 * (ip_route_input_slow, net/ipv4/route.c; ip6_rcv_core, net/ipv6/ip6_input.c; ip6_forward,
 * net/ipv6/ip6_output.c; Linux 6.18).
 */
export function routeInput(state: State, ground: Ground): Move {
  const { family, source, destination, inInterface, connection } = state.packet;
  if (isLostOnArrival(state.packet) && !connection.dnat) {
    const reason = isLoopback(destination) ? 'martian-destination' : 'martian-source';
    return end(state, 'dropped', reason, ground);
  }
  // Translated to ::1 by rules: its route counts on `lo` alone (rt6_need_strict, net/ipv6/route.c).
  if (family === 6 && isLoopback(destination)) return end(state, 'rejected', 'no-route', ground);
  if (isMulticast(source) || isRefusedLoopback(source, state, ground)) {
    return end(state, 'dropped', 'martian-source', ground);
  }
  if (isRefusedLoopback(destination, state, ground)) {
    return end(state, 'dropped', 'martian-destination', ground);
  }
  const way = findWay(state, inInterface, ground);
  if (way.kind === 'none' || way.kind === 'refused' || way.kind === 'unknown') {
    return noWay(state, way, 'rejected', ground);
  }
  const type = way.kind === 'route' ? way.route.type : way.kind;
  const isForUs = type === 'local' || type === 'broadcast';
  const lost =
    (isForUs ? null : whyNotForwarded(state, type, ground)) ?? sourceFault(state, ground);
  if (lost) return end(state, 'dropped', lost, ground);
  if (isForUs) {
    ground.record(kernelPhase(null, 'route', 'to this node'));
    return goTo('input', { ...state, packet: { ...state.packet, outInterface: null } }, ground);
  }
  ground.record(kernelPhase(null, 'route', 'forward'));
  if (way.kind !== 'route') return goTo('forward', out(state, undefined), ground);
  return byHops(way.route, ({ device, gateway }) => {
    const next = { ...out(state, device ?? undefined), gateway };
    return { ...next, place: { kind: 'hook', hook: 'forward', rest: ground.entries.forward } };
  });
}

function out(state: State, outInterface: string | undefined): State {
  return { ...state, packet: { ...state.packet, outInterface } };
}

/**
 * IPv6 drops these as they come in, before any rule (ip6_rcv_core, net/ipv6/ip6_input.c, Linux 6.18).
 */
export function isLostOnArrival({ family, source, destination }: Packet): boolean {
  return family === 6 && (isMulticast(source) || isLoopback(source) || isLoopback(destination));
}

/** 127.0.0.0/8 is accepted from outside only with route_localnet; of ::1 see isLostOnArrival. */
function isRefusedLoopback(ip: Ip, { packet }: State, ground: Ground): boolean {
  if (ip.family === 6 || !isLoopback(ip)) return false;
  const allowed = anyOf('route_localnet', packet.inInterface, ground.node);
  return !ask(ground, allowed, setting('route_localnet', packet.inInterface, 'is 1'));
}

function whyNotForwarded({ packet }: State, type: string, ground: Ground): Reason | null {
  const { family, inInterface, source } = packet;
  const forwarding = forwards(family, inInterface, ground.node);
  const name = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  if (!assume(ground, forwarding, { text: `${name} is 1`, settledBy: 'sysctl.txt' })) {
    return 'forwarding-disabled';
  }
  if (type !== 'unicast' && type !== 'elsewhere') return 'martian-destination';
  return isLinkLocal6(source) ? 'martian-source' : null;
}

/** What fib_validate_source (net/ipv4/fib_frontend.c) finds wrong; IPv6 has no such check. */
function sourceFault(state: State, ground: Ground): Reason | null {
  const { source, destination, family, inInterface, mark } = state.packet;
  const { node } = ground;
  if (family === 6) return null;
  if (isLocal(source, node) && !anyOf('accept_local', inInterface, node)) return 'martian-source';
  const mode = largerOf('rp_filter', inInterface, node);
  if (mode === 0) return null;
  const markUsed = anyOf('src_valid_mark', inInterface, node) ? mark : 0;
  const way = node.routes
    ? reversePath({ source, destination, mark: markUsed }, inInterface, node.routes, node)
    : 'unknown';
  if (way === 'same') return null;
  if (way === 'unknown') {
    assume(ground, undefined, {
      text: 'no reverse path filter stands in the way',
      settledBy: 'ip-route.json and sysctl.txt',
    });
    return null;
  }
  // An interface with no address cannot be right where the route back leads elsewhere
  // (no_addr in __fib_validate_source), however loose the filter.
  const own = node.interfaces?.find(({ name }) => name === inInterface);
  const hasNoAddress = own?.addresses.every(({ ip }) => ip.family !== 4);
  const isStrict =
    mode === undefined ? undefined : mode === 1 || way !== 'other' || hasNoAddress === true;
  const strictness = setting('rp_filter', inInterface, way === 'other' ? 'is 1' : 'is not 0');
  return ask(ground, isStrict, strictness) ? 'reverse-path' : null;
}

function setting(name: string, device: string | null | undefined, value: string): Question {
  return { text: `${name} of ${device ?? 'the interface'} ${value}`, settledBy: 'sysctl.txt' };
}
