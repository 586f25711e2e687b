import type { CalicoChain } from '../../net/calico/describe-chain.ts';
import type { KubeProxyChain } from '../../net/kube-proxy/iptables-chain.ts';
import type { Phase } from '../../net/netfilter/walk/result.ts';

/** A chain with those who may have written it. */
export interface KnownChain {
  kubeProxy: KubeProxyChain | null;
  calico: CalicoChain | null;
  /** What it is for; null: nobody's whom we know. */
  purpose: string | null;
}

export interface KnownPhase {
  phase: Phase;
  /** Where a jump or goto leads. */
  target: KnownChain | null;
}
