import { otherDataPath } from '../net/netfilter/data-path.ts';
import type { Table } from '../net/netfilter/rules.ts';
import type { ReadNode } from './node-network-of.ts';

/** What serves Services on a node; `none`: nothing that leaves traces; `unknown`: no rules were read. */
export type ServedBy =
  | 'kube-proxy-iptables'
  | 'kube-proxy-nftables'
  | 'ipvs'
  | 'ebpf'
  | 'userspace'
  | 'none'
  | 'unknown';

/** The interfaces of Cilium's and of Calico's eBPF programs. */
const OF_EBPF = /^(cilium_(host|net|vxlan|geneve)|bpf(in|out)\.cali)$/;

/** What serves Services on the node, by its rules and its interfaces. */
export function servedBy({ tables, network, areRulesKnown }: ReadNode): ServedBy {
  const names = (network.interfaces ?? []).map(({ name }) => name);
  const byRules = otherDataPath(tables);
  if (byRules) return byRules;
  if (names.includes('kube-ipvs0')) return 'ipvs';
  if (tables.some((table) => hasRules(table, 'KUBE-PORTALS-CONTAINER'))) return 'userspace';
  if (tables.some(({ variant, name }) => variant === 'nft' && name === 'kube-proxy')) {
    return 'kube-proxy-nftables';
  }
  if (tables.some((table) => hasRules(table, 'KUBE-SERVICES'))) return 'kube-proxy-iptables';
  if (names.some((name) => OF_EBPF.test(name))) return 'ebpf';
  return areRulesKnown ? 'none' : 'unknown';
}

function hasRules(table: Table, chain: string): boolean {
  return (table.chain(chain)?.size ?? 0) > 0;
}
