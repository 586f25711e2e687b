import { type IpRange, parseRange } from '../net/ip.ts';
import { type AddressesApart, addressesApart } from './addresses-apart.ts';
import type { FailsafePort } from './agent-settings.ts';
import type { CheckedInterface, Side } from './checked-interfaces.ts';
import type { Deciders } from './deciders.ts';
import type { Direction } from './endpoint-policies.ts';
import { type PortKind, portKinds } from './ports-apart.ts';
import type { ReadyRule, RuleEnd } from './rule-match.ts';

/** Interfaces at which the same becomes of every packet, before a change and after it. */
export interface InterfaceKind {
  /** Of one of them. */
  before: Side;
  after: Side;
  /** What is told apart of packets to the node itself, and of what it sends. */
  ingress: ToldApart;
  egress: ToldApart;
  /** Sources of what comes in and goes on through the node. */
  forwarded: AddressesApart;
  /** Finds something once for all interfaces of the kind. */
  once<T>(key: string, find: () => T): T;
}

export interface ToldApart {
  source: AddressesApart;
  destination: AddressesApart;
  ports: readonly PortKind[];
}

/** The kind of this interface; `podRanges`: where pods are, of whose addresses rules are not sure. */
export function interfaceKind(
  { before, after }: CheckedInterface,
  podRanges: readonly IpRange[],
): InterfaceKind {
  const judges = [before.judge, after.judge];
  const peers = judges.flatMap(({ tunnelPeers }) => tunnelPeers);
  const tunnelPorts = judges.flatMap(({ settings }) =>
    settings.tunnels.flatMap(({ isOn, port }) => (isOn === 'no' ? [] : (port ?? []))),
  );
  const sets = (failsafes: readonly FailsafePort[]) => {
    const nets = failsafes.flatMap(({ net }) => (net && parseRange(net)) || []);
    return [...nets.map((net) => [net]), podRanges, peers];
  };
  const apart = (direction: Direction, failsafes: readonly FailsafePort[]): ToldApart => {
    const rules = judges.flatMap((judge) => rulesOf(judge, direction, 'normal'));
    const destinations = rules.map(({ destination }) => destination);
    return {
      source: addressesApart(rules.map(sourceOf), sets(failsafes)),
      destination: addressesApart(destinations, sets(failsafes)),
      ports: portKinds(destinations, [
        ...new Set([...failsafes.map(({ port }) => port), ...tunnelPorts]),
      ]),
    };
  };
  const failsafeIn = judges.flatMap(({ settings }) => settings.failsafeInbound);
  const failsafeOut = judges.flatMap(({ settings }) => settings.failsafeOutbound);
  // What leaves by another interface is let through there where no policy is for forwarded packets.
  const leaving = [before, after]
    .flatMap(({ out }) => [out.pods, ...out.links])
    .filter(({ policies }) => policies && policies.tiers('forward', 'egress').length > 0);
  const onWay = [
    ...judges.flatMap((judge) => rulesOf(judge, 'ingress', 'forward')),
    ...leaving.flatMap((judge) => rulesOf(judge, 'egress', 'normal')),
  ];
  const found = new Map<string, unknown>();
  return {
    before,
    after,
    ingress: apart('ingress', failsafeIn),
    egress: apart('egress', failsafeOut),
    forwarded: addressesApart(onWay.map(sourceOf), sets(failsafeIn)),
    once<T>(key: string, find: () => T) {
      if (!found.has(key)) found.set(key, find());
      return found.get(key) as T;
    },
  };
}

function sourceOf({ source }: ReadyRule): RuleEnd {
  return source;
}

/** Every rule that may be asked of a packet, up to those of the last stage, and of profiles behind `normal`. */
function rulesOf(
  { policies, before, profiles }: Deciders,
  direction: Direction,
  last: 'forward' | 'normal',
): ReadyRule[] {
  const tiers = [
    ...(policies?.tiers('untracked', direction) ?? []),
    ...((direction === 'ingress' && before?.tiers('preDNAT', 'ingress')) || []),
    ...(policies?.tiers(last, direction) ?? []),
  ];
  return [
    ...tiers.flatMap(({ policies: some }) => some.flatMap(({ rules }) => rules)),
    ...(last === 'normal' ? profiles(direction).flatMap(({ rule }) => rule ?? []) : []),
  ];
}
