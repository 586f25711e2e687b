import type { Chain } from '../netfilter/rules.ts';
import { policyChainNames } from './chain-name.ts';

/** One of Calico's chains. */
export interface CalicoChain {
  /** As Calico names it, without `cali-` and without what follows, e.g. `fh`, `pi`, `FORWARD`. */
  kind: string;
  /** An interface, policy or profile; null: nobody's own, or nothing says whose. */
  owner: { type: 'endpoint' | 'policy' | 'profile'; name: string } | null;
}

/** A GlobalNetworkPolicy; without a tier it is in `default`. */
export interface KnownPolicy {
  name: string;
  tier?: string;
}

// By the chain's prefix. Calico 3.32 felix/rules/rule_defs.go.
const ENDPOINT = /^(fh|th|fhfw|thfw|fw|tw|sm)-(?!dispatch|host|hep)(.+)$/;
const POLICY = /^(pi|po)-(.+)$/;
const PROFILE = /^(pri|pro)-(.+)$/;
const POLICY_GROUP = /^(gi|go)-/;

/**
 * What Calico's chain of this name is; null: it is not Calico's. In nftables mode a table's name
 * stands before it, e.g. `filter-cali-FORWARD`. A policy or profile is named by the comment of its
 * first rule, which Calico writes from 3.28 on, else by the hash of a known one.
 */
export function calicoChain(
  chain: Chain,
  policies: readonly KnownPolicy[] = [],
): CalicoChain | null {
  const [, rest] = /^(?:(?:raw|mangle|nat|filter)-)?cali-(.+)$/.exec(chain.name) ?? [];
  if (rest === undefined) return null;
  const [, endpointKind, interfaceName] = ENDPOINT.exec(rest) ?? [];
  if (endpointKind && interfaceName) {
    return { kind: endpointKind, owner: { type: 'endpoint', name: interfaceName } };
  }
  const [, policyKind] = POLICY.exec(rest) ?? [];
  if (policyKind) {
    const name = named(chain, 'Policy') ?? known(`cali-${rest}`, policyKind, policies);
    return { kind: policyKind, owner: name === null ? null : { type: 'policy', name } };
  }
  const [, profileKind, suffix = ''] = PROFILE.exec(rest) ?? [];
  if (profileKind) {
    const name = named(chain, 'Profile') ?? (suffix.startsWith('_') ? null : suffix);
    return { kind: profileKind, owner: name === null ? null : { type: 'profile', name } };
  }
  return { kind: POLICY_GROUP.exec(rest)?.[1] ?? rest, owner: null };
}

/** `cali:HASH` and then, in a comment of its own or behind `;`, `Policy NAME ingress`. */
function named(chain: Chain, type: 'Policy' | 'Profile'): string | null {
  if (chain.size === 0) return null;
  const { text } = chain.rule(0);
  const pattern = new RegExp(`${type} (\\S+) (?:ingress|egress)\\b`);
  return pattern.exec(text)?.[1] ?? null;
}

function known(chain: string, kind: string, policies: readonly KnownPolicy[]): string | null {
  const direction = kind === 'pi' ? 'ingress' : 'egress';
  const policy = policies.find((it) => policyChainNames(direction, it).includes(chain));
  return policy?.name ?? null;
}
