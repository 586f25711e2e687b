import { otherDataPath } from '../net/netfilter/data-path.ts';
import type { Table } from '../net/netfilter/rules.ts';
import { oncePer } from '../once-per.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import { OF_EBPF, OF_IPVS } from './beside-rules.ts';
import type { ReadNode } from './node-network-of.ts';

/**
 * What serves Services on a node; `none`: nothing that leaves traces; `unknown`: rules that were not
 * read would say.
 */
export type ServedBy =
  | 'kube-proxy-iptables'
  | 'kube-proxy-nftables'
  | 'ipvs'
  | 'ebpf'
  | 'userspace'
  | 'none'
  | 'unknown';

/**
 * What serves Services on the node: by what kube-proxy says, its rules and its interfaces. Rules may be
 * left over of a kube-proxy that is gone, so where nobody says that it runs, and eBPF programs do, they
 * are those that serve.
 */
export const servedBy = oncePer(({ tables, network, missing, proxyMode }: ReadNode): ServedBy => {
  const names = (network.interfaces ?? []).map(({ name }) => name);
  const byRules = otherDataPath(tables);
  if (byRules) return byRules;
  if (proxyMode === 'ipvs' || proxyMode === 'userspace') return proxyMode;
  if (proxyMode === null) {
    if (names.includes(OF_IPVS)) return 'ipvs';
    if (names.some((name) => OF_EBPF.includes(name))) return 'ebpf';
  }
  if (tables.some((table) => isFilled(table, 'KUBE-PORTALS-CONTAINER'))) return 'userspace';
  if (tables.some(({ variant, name }) => variant === 'nft' && name === 'kube-proxy')) {
    return 'kube-proxy-nftables';
  }
  if (tables.some((table) => isFilled(table, 'KUBE-SERVICES'))) return 'kube-proxy-iptables';
  return missing.some(({ file }) => hasRules(file)) ? 'unknown' : 'none';
});

/** Whether kube-proxy's own rules may be in it. */
export function hasRules(file: NodeFile): boolean {
  return file === 'nft.json' || /^ip6?tables-/.test(file);
}

function isFilled(table: Table, chain: string): boolean {
  return (table.chain(chain)?.size ?? 0) > 0;
}
