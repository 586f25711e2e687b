import type { Ip } from '../../ip.ts';
import { isLocal } from '../../routing/local.ts';
import { DEFAULT_TABLES } from '../../routing/lookup.ts';
import {
  isLimitedBroadcast,
  isLinkLocal6,
  isLoopback,
  isMulticast,
  isUnset4,
} from '../../routing/prefix.ts';
import { type ReversePath, reversePath } from '../../routing/reverse-path.ts';
import { anyOf, forwards, largerOf, setting } from '../../routing/sysctl.ts';
import { addressType } from '../address-type.ts';
import { mayBeBridged } from '../bridge-port.ts';
import { rewritten } from '../changes.ts';
import type { Packet } from '../packet.ts';
import { isLocalAddress, listensTo } from '../questions.ts';
import { end } from './end.ts';
import { goTo } from './hook-end.ts';
import { ask, askedBy, assume, type Ground, kernelPhase, type Move } from './move.ts';
import type { Reason } from './result.ts';
import { byHops, findWay, noWay } from './route.ts';
import type { State } from './state.ts';
import { takenAway } from './taken-away.ts';

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
  if (isNoSource(state.packet) || isRefusedLoopback(source, state, ground)) {
    return end(state, 'dropped', 'martian-source', ground);
  }
  if (isNoDestination(state.packet) || isRefusedLoopback(destination, state, ground)) {
    return end(state, 'dropped', 'martian-destination', ground);
  }
  if (isMulticast(destination) && !isListenedTo(destination, ground)) {
    return end(state, 'dropped', 'multicast', ground);
  }
  const way = isForAll(destination)
    ? ({ kind: 'broadcast' } as const)
    : findWay(state, inInterface, ground);
  if (way.kind === 'none' || way.kind === 'refused' || way.kind === 'unknown') {
    const outcome = () => (isRefusalTold(state, ground) ? 'rejected' : 'dropped');
    return noWay(state, way, outcome, ground);
  }
  const type = way.kind === 'route' ? way.route.type : way.kind;
  // What it serves is an address of the node's, of which nobody may have told (kube-ipvs0).
  const taken = type === 'local' || type === 'elsewhere' ? takenAway('ipvs', state, ground) : null;
  if (taken) return taken;
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

/** Counted down before any rule of the forward hook (ip_forward, net/ipv4/ip_forward.c; ip6_forward). */
function out(state: State, outInterface: string | undefined): State {
  const packet = rewritten(state.packet, 'ttl', 'forwarded');
  const physicalOut = mayBeBridged(packet, outInterface) ? undefined : null;
  return { ...state, packet: { ...packet, outInterface, physicalOut } };
}

/**
 * IPv6 drops these as they come in, before any rule (ip6_rcv_core, net/ipv6/ip6_input.c, Linux 6.18).
 */
export function isLostOnArrival({ family, source, destination }: Packet): boolean {
  return family === 6 && (isMulticast(source) || isLoopback(source) || isLoopback(destination));
}

/** As 0.0.0.0 one may ask all, and the groups of the link (224.0.0.0/24), alone: as DHCP does. */
function isNoSource({ source, destination }: Packet): boolean {
  if (isMulticast(source) || isLimitedBroadcast(source)) return true;
  const isAsking = isLimitedBroadcast(destination) || destination.value >> 8n === 0xe00000n;
  return isUnset4(source) && !isAsking && !isUnset4(destination);
}

/** To 0.0.0.0 goes only what comes from there. */
function isNoDestination({ source, destination }: Packet): boolean {
  return isUnset4(destination) && !isUnset4(source);
}

/** What has no route and needs none. */
function isForAll(ip: Ip): boolean {
  return isLimitedBroadcast(ip) || isUnset4(ip) || isMulticast(ip);
}

/** All hosts listen to the first group (igmp.c, mcast.c); multicast routing is not modelled. */
function isListenedTo(ip: Ip, ground: Ground): boolean {
  const isAllHosts = ip.value === (ip.family === 4 ? 0xe0000001n : (0xff02n << 112n) | 1n);
  return ask(ground, isAllHosts || undefined, listensTo(ip));
}

/** IPv4 tells of no route, prohibit and unreachable only where it forwards (ip_error). */
function isRefusalTold({ packet }: State, ground: Ground): boolean {
  return packet.family === 6 || isForwarding(packet, ground);
}

/** 127.0.0.0/8 is accepted from outside only with route_localnet; of ::1 see isLostOnArrival. */
function isRefusedLoopback(ip: Ip, { packet }: State, ground: Ground): boolean {
  if (ip.family === 6 || !isLoopback(ip)) return false;
  const allowed = anyOf('route_localnet', packet.inInterface, ground.node);
  return !ask(ground, allowed, setting('route_localnet', packet.inInterface, 'is 1'));
}

function whyNotForwarded({ packet }: State, type: string, ground: Ground): Reason | null {
  if (!isForwarding(packet, ground)) return 'forwarding-disabled';
  if (type !== 'unicast' && type !== 'elsewhere') return 'martian-destination';
  return isLinkLocal6(packet.source) ? 'martian-source' : null;
}

function isForwarding({ family, inInterface }: Packet, ground: Ground): boolean {
  const forwarding = forwards(family, inInterface, ground.node);
  const name = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
  return assume(ground, forwarding, { text: `${name} is 1`, settledBy: 'sysctl.txt' });
}

/** What fib_validate_source (net/ipv4/fib_frontend.c) finds wrong; IPv6 has no such check. */
function sourceFault(state: State, ground: Ground): Reason | null {
  const { source, family, inInterface } = state.packet;
  const { node } = ground;
  if (family === 6 || isUnset4(source)) return null;
  if (ask(ground, isLocal(source, node), isLocalAddress(source))) {
    const accepted = anyOf('accept_local', inInterface, node);
    const isAccepted = ask(ground, accepted, setting('accept_local', inInterface, 'is 1'));
    if (!isAccepted) return 'martian-source';
  }
  if (addressType(source, node) === 'broadcast' && isLookedUp(ground)) return 'martian-source';
  const mode = largerOf('rp_filter', inInterface, node);
  if (mode === 0) return null;
  const way = wayBack(state.packet, ground);
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
  if (!ask(ground, isStrict, strictness)) return null;
  return way === 'none' ? 'no-way-back' : 'reverse-path';
}

/**
 * Without a reverse path filter a source is looked up only where there are routing rules besides the
 * kernel's own (fib_validate_source), or where the packet goes back out as it came.
 */
function isLookedUp(ground: Ground): boolean {
  const { rules } = ground.node;
  const own = rules?.some(
    ({ family, table }) => family === 4 && !DEFAULT_TABLES.includes(`${table}`),
  );
  return ask(ground, own, { text: 'there are routing rules', settledBy: 'ip-rule.json' });
}

/** The mark counts with src_valid_mark alone, and where it makes no difference nobody asks. */
function wayBack(packet: Packet, ground: Ground): ReversePath {
  const { node } = ground;
  const { routes } = node;
  if (!routes) return 'unknown';
  const { source, destination, inInterface } = packet;
  const back = (mark: number) =>
    reversePath({ source, destination, mark }, inInterface, routes, node, askedBy(ground));
  const [unmarked, marked] = [back(0), back(packet.mark)];
  if (unmarked === marked) return unmarked;
  const counts = anyOf('src_valid_mark', inInterface, node);
  return ask(ground, counts, setting('src_valid_mark', inInterface, 'is 1')) ? marked : unmarked;
}
