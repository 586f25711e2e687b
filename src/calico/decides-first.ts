import type { Ip, IpRange } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { addressSets } from './address-sets.ts';
import { type AddressKind, addressesApart, everyAddress } from './addresses-apart.ts';
import { clusterAddresses } from './cluster-addresses.ts';
import { type CoveredInterface, placeOf } from './covered.ts';
import { type Deciders, decidersOf, whyNotKnown } from './deciders.ts';
import type { ReadyTier, Stage } from './endpoint-policies.ts';
import { isOurs } from './guard-mark.ts';
import { type Packet, protocolNumber } from './packet.ts';
import type { Policy } from './policies.ts';
import { cidrsOf, rangeSet } from './range-set.ts';
import type { CalicoObjects } from './read-objects.ts';

/** A rule of somebody else's that decides of packets for a guarded address before the guard, and otherwise. */
export interface EarlierRule {
  node: string;
  interface: string;
  policy: Pick<Policy, 'kind' | 'name' | 'namespace' | 'tier'>;
  /** The first being 1. */
  rule: number;
  stage: Stage;
  /** `skips`: it passes them on to what comes after the guard. */
  does: 'allows' | 'denies' | 'skips';
  /** CIDRs, in order; empty: most addresses. */
  sources: string[];
  /** Why it is not known whether it does; null: it does. */
  unsure: string | null;
}

/**
 * The rules that decide before ours of packets for these ports of the address, and make something else of
 * them, at the covered interfaces, where the objects are as they are to be, with the guard. Pods are no sources: what they send comes in
 * through no such interface. Nothing is told of an interface where the guard is not, or where it is not known what
 * decides.
 */
export function decidesFirst(
  snapshot: Snapshot,
  objects: CalicoObjects,
  {
    covered,
    ip,
    ports,
  }: {
    covered: readonly CoveredInterface[];
    ip: Ip;
    ports: readonly { port: number; protocol: string }[];
  },
): EarlierRule[] {
  const cluster = clusterAddresses(snapshot.cluster);
  const pods = cluster.podRanges ?? [];
  const sets = addressSets(objects, cluster);
  const own = new Set(objects.globalPolicies.filter(isOurs).map(({ metadata }) => metadata.name));
  const known = new Map<string, readonly Found[]>();
  return covered.flatMap(({ node, interface: name }) => {
    const place = placeOf(snapshot, { node, interface: name });
    const deciders = decidersOf(objects, place, sets);
    if (whyNotKnown(deciders) !== null) return [];
    const tiers = tiersBefore(deciders);
    const isOpen = (packet: Packet) => deciders.failsafe('ingress', packet) === 'yes';
    const key = JSON.stringify([deciders.settings, tiers.map(namesOf)]);
    const found = known.get(key) ?? findEarlier(tiers, own, { ip, ports, pods, isOpen });
    known.set(key, found);
    return found.map((one) => ({ node, interface: name, ...one }));
  });
}

type Found = Omit<EarlierRule, 'node' | 'interface'>;

function findEarlier(
  tiers: readonly AskedTier[],
  own: ReadonlySet<string>,
  {
    ip,
    ports,
    pods,
    isOpen,
  }: {
    ip: Ip;
    ports: readonly { port: number; protocol: string }[];
    pods: readonly IpRange[];
    isOpen: (packet: Packet) => boolean;
  },
): Found[] {
  if (!tiers.some(({ tier }) => hasAny(tier, own))) return [];
  const ends = tiers.flatMap(({ tier }) => rulesOf(tier).map(({ ready }) => ready.source));
  const areas = rangeSet(pods);
  const sources = addressesApart(ends, [pods])
    .kinds([everyAddress(ip.family)])
    .filter(({ one }) => !areas.has(one));
  const found = sources.flatMap((source) =>
    ports.flatMap(({ port, protocol }) => {
      const packet: Packet = {
        protocol: protocolNumber(protocol) ?? 0,
        source: source.one,
        sourcePort: null,
        destination: ip,
        destinationPort: port,
      };
      if (isOpen(packet)) return [];
      return earlier(tiers, own, packet).map((rule) => ({ rule, source }));
    }),
  );
  const alike = Map.groupBy(found, ({ rule }) => JSON.stringify(rule));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ ...first.rule, sources: cidrsOfKinds(group) }] : [];
  });
}

/** By which tiers of two interfaces are the same: their policies are of one cluster. */
function namesOf({ stage, tier }: AskedTier) {
  return [stage, tier.name, tier.policies.map(({ policy }) => [policy.namespace, policy.name])];
}

interface AskedTier {
  stage: Stage;
  tier: ReadyTier;
}

/** Where the guard is, and what comes before it. */
function tiersBefore({ governing, policies, before }: Deciders): AskedTier[] {
  const isForAll = 'unknown' in governing || governing.by === 'all';
  const at = (stage: Stage, tiers: readonly ReadyTier[] = []) =>
    tiers.map((tier) => ({ stage, tier }));
  return [
    ...(isForAll ? [] : at('untracked', policies?.tiers('untracked', 'ingress'))),
    ...at('preDNAT', before?.tiers('preDNAT', 'ingress')),
  ];
}

/** The rules that the packet comes to before one of ours takes it. */
function earlier(
  tiers: readonly AskedTier[],
  own: ReadonlySet<string>,
  packet: Packet,
): Omit<Found, 'sources'>[] {
  const guards = guardsAnswer(tiers, own, packet);
  const found: Omit<Found, 'sources'>[] = [];
  for (const { stage, tier } of tiers) {
    const isGuards = hasAny(tier, own);
    for (const { policy, ready, rule } of rulesOf(tier)) {
      const matches = ready.action === 'Log' ? 'no' : ready.matches(packet);
      if (matches === 'no') continue;
      if (own.has(policy.name)) return found;
      const isPass = ready.action === 'Pass';
      // What is let through untracked does not get to the Service.
      const isSame = ready.action === guards && (stage === 'preDNAT' || ready.action === 'Deny');
      if (isPass ? isGuards : !isSame) {
        const { kind, name, namespace, tier: tierName } = policy;
        const does = isPass ? 'skips' : ready.action === 'Allow' ? 'allows' : 'denies';
        const unsure = matches === 'yes' ? null : matches.unknown;
        found.push({
          policy: { kind, name, namespace, tier: tierName },
          rule,
          stage,
          does,
          unsure,
        });
      }
      if (matches !== 'yes') continue;
      if (!isPass || isGuards) return found;
      break;
    }
  }
  return found;
}

/** What the first rule of the guard for the packet does. */
function guardsAnswer(tiers: readonly AskedTier[], own: ReadonlySet<string>, packet: Packet) {
  const rules = tiers.flatMap(({ tier }) => rulesOf(tier));
  return rules.find(({ policy, ready }) => own.has(policy.name) && ready.matches(packet) === 'yes')
    ?.ready.action;
}

function rulesOf({ policies }: ReadyTier) {
  return policies.flatMap(({ policy, rules }) =>
    rules.map((ready, index) => ({ policy, ready, rule: index + 1 })),
  );
}

function hasAny({ policies }: ReadyTier, own: ReadonlySet<string>): boolean {
  return policies.some(({ policy }) => own.has(policy.name));
}

function cidrsOfKinds(group: readonly { source: AddressKind }[]): string[] {
  const kinds = [...new Set(group.map(({ source }) => source))];
  if (kinds.some(({ isRest }) => isRest)) return [];
  return rangeSet(kinds.flatMap(({ ranges }) => ranges)).ranges.flatMap(cidrsOf);
}
