import type { Chain, Rule } from '../netfilter/rules.ts';
import { chainHashes, readServicePort, type ServicePort } from './service-port.ts';

/** kube-proxy's chains that belong to a port of a Service. */
export type ServiceChainKind = 'SVC' | 'SVL' | 'EXT' | 'FW' | 'XLB' | 'SEP';

/** One of kube-proxy's chains. */
export interface KubeProxyChain {
  /** Without `KUBE-`: `SERVICES`, `MARK-MASQ`; of a Service's chains `SVC`, `SEP` and so on. */
  kind: ServiceChainKind | CommonChain;
  /** null: it is nobody's own, or nothing says whose. */
  service: ServicePort | null;
  /** Whether the chain's name is the hash of that Service; null: without a Service. */
  isProven: boolean | null;
  /** Of KUBE-SEP chains: `IP:PORT`. */
  endpoint: string | null;
}

/**
 * Chains that all Services share. KUBE-MARK-DROP, KUBE-FIREWALL and KUBE-KUBELET-CANARY are
 * kubelet's; KUBE-PROXY-FIREWALL came with 1.25.
 */
const COMMON = [
  'SERVICES',
  'NODEPORTS',
  'POSTROUTING',
  'MARK-MASQ',
  'MARK-DROP',
  'FORWARD',
  'FIREWALL',
  'EXTERNAL-SERVICES',
  'PROXY-FIREWALL',
  'PROXY-CANARY',
  'KUBELET-CANARY',
] as const;

export type CommonChain = (typeof COMMON)[number];

/** What may say whose chain it is, besides the chain itself. */
export interface ChainHints {
  /** The rule that leads to the chain. */
  caller?: Rule | null;
  /** Whose the chain is that the caller stands in. */
  service?: ServicePort | null;
  /** Ports of Services that are known otherwise, by `chainHashes`. */
  known?: ReadonlyMap<string, ServicePort>;
}

/**
 * What kube-proxy's chain of this name is, in iptables mode, any release; null: it is not
 * kube-proxy's. Whose it is says the hash of a known Service, else a comment: in the chain, of its
 * caller, or of the chain before (beyond 1000 endpoints balancing rules have no comments).
 */
export function kubeProxyChain(chain: Chain, hints: ChainHints = {}): KubeProxyChain | null {
  const common = COMMON.find((name) => chain.name === `KUBE-${name}`);
  if (common) return { kind: common, service: null, isProven: null, endpoint: null };
  const [, kind, hash = ''] =
    /^KUBE-(SVC|SVL|EXT|FW|XLB|SEP)-([A-Z2-7]{16})$/.exec(chain.name) ?? [];
  if (!kind) return null;
  const rules = firstRules(chain);
  const endpoint = kind === 'SEP' ? endpointOf(rules) : null;
  const service =
    hints.known?.get(hash) ??
    namedBy(rules) ??
    (hints.caller && namedBy([hints.caller])) ??
    hints.service ??
    null;
  return {
    kind: kind as ServiceChainKind,
    service,
    isProven: service && isHashOf(hash, service, endpoint ?? ''),
    endpoint,
  };
}

/** A Service's chain says in its first rules whose it is, or nowhere. */
const RULES_LOOKED_AT = 3;

function firstRules(chain: Chain): Rule[] {
  return Array.from({ length: Math.min(chain.size, RULES_LOOKED_AT) }, (_, i) => chain.rule(i));
}

function namedBy(rules: readonly Rule[]): ServicePort | null {
  for (const { comment, text } of rules) {
    const protocol = /(?:^|\s)-p (tcp|udp|sctp)\b/.exec(text)?.[1] ?? null;
    const service = comment === null ? null : readServicePort(comment, protocol);
    if (service) return service;
  }
  return null;
}

function endpointOf(rules: readonly Rule[]): string | null {
  for (const { text } of rules) {
    const [, endpoint] = /--to-destination (\S+)/.exec(text) ?? [];
    if (endpoint) return endpoint;
  }
  return null;
}

const PROTOCOLS = ['tcp', 'udp', 'sctp'];

function isHashOf(hash: string, service: ServicePort, endpoint: string): boolean {
  const protocols = service.protocol === null ? PROTOCOLS : [service.protocol];
  return protocols.some((protocol) =>
    chainHashes({ ...service, protocol }, endpoint).includes(hash),
  );
}
