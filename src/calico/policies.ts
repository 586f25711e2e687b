import type { GlobalNetworkPolicy, NetworkPolicy, Rule } from './objects.ts';
import { parseSelector, type Selector, type SelectorFault } from './selector.ts';
import { prefixed, replacing } from './selector-matches.ts';

/** A policy of either kind, as Calico's agent has it. */
export interface Policy {
  kind: 'GlobalNetworkPolicy' | 'NetworkPolicy';
  name: string;
  namespace: string | null;
  tier: string;
  /** null: after those that have one. */
  order: number | null;
  /** Which endpoints it is for. */
  selector: Selector | SelectorFault;
  /** Where its rules are, of which there is at most one answer. */
  hook: 'untracked' | 'preDNAT' | 'normal';
  /** A normal one is for forwarded packets, too. */
  onForward: boolean;
  /** null: it does not govern the direction. */
  ingress: readonly Rule[] | null;
  egress: readonly Rule[] | null;
}

export const DEFAULT_TIER = 'default';

export const NAMESPACE_LABEL = 'projectcalico.org/namespace';
const ACCOUNT_LABEL = 'projectcalico.org/serviceaccount';

/** What labels of namespaces and of service accounts have before them on an endpoint. */
export const NAMESPACE_PREFIX = 'pcns.';
export const ACCOUNT_PREFIX = 'pcsa.';

/**
 * What a GlobalNetworkPolicy says. `namespaceSelector` and `serviceAccountSelector` are asked of the
 * endpoint's own labels, on which those of its namespace stand with a prefix; with them `all()` means
 * all that are in a namespace (convertGlobalNetworkPolicyV2ToV1Value in libcalico-go/lib/backend/syncersv1,
 * 3.28). doNotTrack goes before preDNAT where both are set (tierInfoToProtoTierInfo, felix/calc, 3.28).
 */
export function globalPolicy({ metadata, spec }: GlobalNetworkPolicy): Policy {
  const { namespaceSelector, serviceAccountSelector } = spec;
  const inNamespace = namespaceSelector
    ? narrowed(
        parseSelector(spec.selector ?? ''),
        namespaceSelector,
        NAMESPACE_PREFIX,
        NAMESPACE_LABEL,
      )
    : parseSelector(spec.selector ?? '');
  const selector = serviceAccountSelector
    ? narrowed(inNamespace, serviceAccountSelector, ACCOUNT_PREFIX, ACCOUNT_LABEL)
    : inNamespace;
  return {
    ...common(metadata.name, spec),
    kind: 'GlobalNetworkPolicy',
    namespace: null,
    selector,
    hook: spec.doNotTrack ? 'untracked' : spec.preDNAT ? 'preDNAT' : 'normal',
    onForward: spec.applyOnForward === true,
  };
}

/**
 * What a NetworkPolicy says: it is for endpoints of its namespace, and for forwarded packets, too
 * (convertNetworkPolicyV2ToV1Value, the same place).
 */
export function namespacedPolicy({ metadata, spec }: NetworkPolicy): Policy {
  const namespace = metadata.namespace ?? 'default';
  const here: Selector = { kind: '==', label: NAMESPACE_LABEL, value: namespace };
  const own = both(parseSelector(spec.selector ?? ''), here);
  const { serviceAccountSelector } = spec;
  return {
    ...common(metadata.name, spec),
    kind: 'NetworkPolicy',
    namespace,
    selector: serviceAccountSelector
      ? both(own, withPrefix(parseSelector(serviceAccountSelector), ACCOUNT_PREFIX))
      : own,
    hook: 'normal',
    onForward: true,
  };
}

/**
 * Without `types` it governs both directions for the agent (ExtractPolicyMetadata, felix/calc/policy_sorter.go,
 * 3.32), though Calico's API writes them into every policy that goes through it.
 */
function common(name: string, { tier, order, types, ingress, egress }: NetworkPolicy['spec']) {
  const governs = (type: 'Ingress' | 'Egress') => !types?.length || types.includes(type);
  return {
    name,
    tier: tier || DEFAULT_TIER,
    order: order ?? null,
    ingress: governs('Ingress') ? (ingress ?? []) : null,
    egress: governs('Egress') ? (egress ?? []) : null,
  };
}

function narrowed(
  selector: Selector | SelectorFault,
  by: string,
  prefix: string,
  label: string,
): Selector | SelectorFault {
  const joined = both(selector, withPrefix(parseSelector(by), prefix));
  return 'message' in joined ? joined : replacing(joined, { all: { kind: 'has', label } });
}

function withPrefix(selector: Selector | SelectorFault, prefix: string): Selector | SelectorFault {
  return 'message' in selector ? selector : prefixed(selector, prefix);
}

function both(a: Selector | SelectorFault, b: Selector | SelectorFault): Selector | SelectorFault {
  if ('message' in a) return a;
  return 'message' in b ? b : { kind: 'and', of: [a, b] };
}

/** How messages name it. */
export function policyName({ kind, name, namespace }: Pick<Policy, 'kind' | 'name' | 'namespace'>) {
  return namespace === null ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
