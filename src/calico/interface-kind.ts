import { type IpRange, parseRange } from '../net/ip.ts';
import { type AddressesApart, addressesApart } from './addresses-apart.ts';
import type { FailsafePort } from './agent-settings.ts';
import type { CheckedInterface, Side } from './checked-interfaces.ts';
import type { Deciders } from './deciders.ts';
import type { Direction } from './endpoint-policies.ts';
import { type PortKind, portKinds } from './ports-apart.ts';
import type { ReadyRule } from './rule-match.ts';

/** Interfaces at which the same becomes of every packet, before a change and after it. */
export interface InterfaceKind {
  /** Of one of them. */
  before: Side;
  after: Side;
  /** What is told apart of packets that come in, and may leave by another interface. */
  ingress: ToldApart;
  egress: ToldApart;
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
  const others = [before, after].flatMap(({ out }) => [out.pods, ...out.links]);
  const incoming = judges.flatMap((judge) => rulesOf(judge, 'ingress'));
  const leaving = others.flatMap((judge) => rulesOf(judge, 'egress'));
  const outgoing = judges.flatMap((judge) => rulesOf(judge, 'egress'));
  const failsafeIn = judges.flatMap(({ settings }) => settings.failsafeInbound);
  const failsafeOut = judges.flatMap(({ settings }) => settings.failsafeOutbound);
  const apart = (
    asked: readonly ReadyRule[],
    later: readonly ReadyRule[],
    failsafes: readonly FailsafePort[],
  ): ToldApart => {
    const ranges = [
      ...failsafes.flatMap(({ net }) => (net && parseRange(net)) || []),
      ...podRanges,
    ];
    const sources = [...asked, ...later].map(({ source }) => source);
    const destinations = [...asked, ...later].map(({ destination }) => destination);
    return {
      source: addressesApart(sources, ranges),
      destination: addressesApart(destinations, ranges),
      ports: portKinds(destinations, [...new Set(failsafes.map(({ port }) => port))]),
    };
  };
  const found = new Map<string, unknown>();
  return {
    before,
    after,
    ingress: apart(incoming, leaving, failsafeIn),
    egress: apart(outgoing, [], failsafeOut),
    once<T>(key: string, find: () => T) {
      if (!found.has(key)) found.set(key, find());
      return found.get(key) as T;
    },
  };
}

/** Every rule that may be asked of a packet. */
function rulesOf({ policies, before, profiles }: Deciders, direction: Direction): ReadyRule[] {
  const tiers = [
    ...(policies?.tiers('untracked', direction) ?? []),
    ...((direction === 'ingress' && before?.tiers('preDNAT', 'ingress')) || []),
    ...(policies?.tiers('normal', direction) ?? []),
  ];
  return [
    ...tiers.flatMap(({ policies: some }) => some.flatMap(({ rules }) => rules)),
    ...profiles(direction).flatMap(({ rule }) => rule ?? []),
  ];
}
