import type { IpRange } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import type { AddressSets } from './address-sets.ts';
import { inheritedLabels } from './endpoint-labels.ts';
import type { HostEndpoint, Rule } from './objects.ts';
import {
  DEFAULT_TIER,
  globalPolicy,
  NAMESPACE_LABEL,
  namespacedPolicy,
  type Policy,
  policyName,
} from './policies.ts';
import type { CalicoObjects } from './read-objects.ts';
import { type ReadyRule, readyRule } from './rule-match.ts';
import { type Labels, selectorMatches } from './selector-matches.ts';

export type Direction = 'ingress' | 'egress';

/** Where a packet meets policies, in the order in which it does. */
export type Stage = 'untracked' | 'preDNAT' | 'forward' | 'normal';

/** A policy with the rules of one direction. */
export interface ReadyPolicy {
  policy: Policy;
  rules: readonly ReadyRule[];
}

export interface ReadyTier {
  name: string;
  policies: readonly ReadyPolicy[];
  /** What becomes of a packet that no rule of the tier took. */
  passesAtEnd: boolean;
}

/** The policies of an endpoint, and why they may not be all. */
export interface EndpointPolicies {
  tiers(stage: Stage, direction: Direction): readonly ReadyTier[];
  /** Whether the endpoint has policies for the stage in either direction. */
  has(stage: Stage): boolean;
  /** null: they are all known. */
  unknown: string | null;
  /** The ranges of sources that their rules tell apart. */
  readonly sources: readonly IpRange[];
}

/** The order of the tier `default` where no object says another; Calico fixes it there. */
const DEFAULT_ORDER = 1_000_000;

/** In it what no rule takes goes on, also in Calico 3.29, whose tiers have no such field. */
const PASSING_TIER = 'adminnetworkpolicy';

/**
 * The policies whose selectors the endpoint has the labels for, in order: tiers by order, then name;
 * in them policies by order, one without it last, then name (felix/calc/policy_sorter.go, 3.28, 3.32). A tier
 * that does not exist comes after all others; the agent means to skip it and does not
 * (felix/calc/policy_resolver.go, 3.29 on). Before 3.29 there is `default` alone.
 */
export function endpointPolicies(
  objects: CalicoObjects,
  { metadata, spec }: HostEndpoint,
  sets: AddressSets,
): EndpointPolicies {
  const labels = inheritedLabels(objects, metadata.labels ?? {}, spec.profiles ?? []);
  const all = policiesOf(objects);
  const own = all.filter(
    ({ selector }) => !('message' in selector) && selectorMatches(selector, labels),
  );
  const order = tierOrder(objects);
  const sorted = own.sort((a, b) => {
    const tiers = compare(order(a.tier), order(b.tier)) || compare(a.tier, b.tier);
    return (
      tiers || compare(a.order ?? Infinity, b.order ?? Infinity) || compare(keyOf(a), keyOf(b))
    );
  });
  const tiersOf = (stage: Stage, direction: Direction) => {
    const policies = sorted.filter((policy) => isAt(policy, stage) && policy[direction] !== null);
    return [...Map.groupBy(policies, ({ tier }) => tier)].map(([name, group]) => ({
      name,
      passesAtEnd: passesAtEnd(objects, name),
      policies: group.map((policy) => ({
        policy,
        rules: ready(policy[direction] ?? [], policy.namespace, sets),
      })),
    }));
  };
  const kept = new Map<string, readonly ReadyTier[]>();
  const tiers = (stage: Stage, direction: Direction) => {
    const key = `${stage} ${direction}`;
    const found = kept.get(key) ?? tiersOf(stage, direction);
    kept.set(key, found);
    return found;
  };
  return {
    tiers,
    has: (stage) => sorted.some((policy) => isAt(policy, stage)),
    unknown: whyUnknown(objects, all, sorted, labels, spec.profiles ?? []),
    get sources() {
      return sorted
        .flatMap((policy) => ready(policy.ingress ?? [], policy.namespace, sets))
        .flatMap(({ source }) => source.ranges);
    },
  };
}

const policiesOf = oncePer(
  ({ globalPolicies, networkPolicies }: CalicoObjects): readonly Policy[] => [
    ...globalPolicies.map(globalPolicy),
    ...networkPolicies.map(namespacedPolicy),
  ],
);

function ready(rules: readonly Rule[], namespace: string | null, sets: AddressSets): ReadyRule[] {
  return rules.map((rule) => readyRule(rule, namespace, sets));
}

/** A preDNAT policy has no egress rules for the agent (tierInfoToProtoTierInfo, felix/calc, 3.28). */
function isAt({ hook, onForward }: Policy, stage: Stage): boolean {
  if (stage === 'forward') return hook === 'normal' && onForward;
  return hook === stage;
}

/** As the agent names them when it compares: one of a namespace behind it and a slash. */
function keyOf({ name, namespace }: Policy): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

function tierOrder({ tiers }: CalicoObjects): (name: string) => number {
  const orders = new Map(
    tiers.map(({ metadata, spec }) => [metadata.name, spec.order ?? Number.MAX_VALUE]),
  );
  return (name) => orders.get(name) ?? (name === DEFAULT_TIER ? DEFAULT_ORDER : Infinity);
}

function passesAtEnd({ tiers }: CalicoObjects, name: string): boolean {
  const action = tiers.find(({ metadata }) => metadata.name === name)?.spec.defaultAction;
  return action ? action === 'Pass' : name === PASSING_TIER;
}

function whyUnknown(
  { unread }: CalicoObjects,
  all: readonly Policy[],
  own: readonly Policy[],
  labels: Labels,
  profiles: readonly string[],
): string | null {
  for (const { resource, reason } of unread) {
    const matters =
      resource === 'globalnetworkpolicies' ||
      (resource === 'networkpolicies' && Object.hasOwn(labels, NAMESPACE_LABEL)) ||
      (resource === 'tiers' && own.some(({ tier }) => tier !== DEFAULT_TIER)) ||
      // Their labels are the endpoint's, too.
      (resource === 'profiles' && profiles.some((name) => name !== DEFAULT_ALLOW));
    if (matters) return `${resource}: ${reason}`;
  }
  for (const policy of all) {
    if ('message' in policy.selector && policy.kind === 'GlobalNetworkPolicy') {
      const { message, column } = policy.selector;
      return `${policyName(policy)}: its selector is none: ${message} at character ${column}`;
    }
  }
  return null;
}

/** The profile that Calico itself has, which allows everything. */
export const DEFAULT_ALLOW = 'projectcalico-default-allow';

function compare<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
