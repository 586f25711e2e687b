import type { Chain, Table } from '../netfilter/rules.ts';
import { type ChainHints, type KubeProxyChain, kubeProxyChain } from './iptables-chain.ts';
import { nftablesChain } from './nftables-chain.ts';

/** The chains of nftables mode by what iptables mode calls them. */
const KINDS: Readonly<Record<string, KubeProxyChain['kind']>> = {
  service: 'SVC',
  local: 'SVL',
  external: 'EXT',
  firewall: 'FW',
  endpoint: 'SEP',
  services: 'SERVICES',
  masquerading: 'POSTROUTING',
  'mark-for-masquerade': 'MARK-MASQ',
  'service-endpoints-check': 'EXTERNAL-SERVICES',
  'nodeport-endpoints-check': 'EXTERNAL-SERVICES',
  'reject-chain': 'EXTERNAL-SERVICES',
  'firewall-check': 'PROXY-FIREWALL',
};

/** What kube-proxy's chain is, in iptables or nftables mode; null: it is not one that we know. */
export function knownChain(table: Table, chain: Chain, hints: ChainHints): KubeProxyChain | null {
  if (table.variant !== 'nft' || table.name !== 'kube-proxy') return kubeProxyChain(chain, hints);
  const { kind, service, endpoint } = nftablesChain(chain.name);
  const known = KINDS[kind];
  return known ? { kind: known, service, isProven: service && true, endpoint } : null;
}
