/** What is kept of a node in a snapshot, a file each, as the node's own programs print it. */
export const NODE_FILES = [
  'iptables-nft-save.txt',
  'iptables-legacy-save.txt',
  'ip6tables-nft-save.txt',
  'ip6tables-legacy-save.txt',
  'nft.json',
  'ipset-save.txt',
  'ip-addr.json',
  'ip-link.json',
  'ip-route.json',
  'ip-route-6.json',
  'ip-rule.json',
  'ip-rule-6.json',
  'ip-neigh.json',
  'ip-neigh-6.json',
  'sysctl.txt',
  'listeners.txt',
  'kube-proxy.txt',
  'kube-proxy-gates.txt',
  'kube-apiserver.txt',
  'persistence.txt',
  'extip-records.json',
] as const;

export type NodeFile = (typeof NODE_FILES)[number];

/** The files of one node. One that is in neither was not asked for: not known, never empty. */
export interface NodeFiles {
  bytes: Partial<Record<NodeFile, Buffer>>;
  /** Why a file is not there, in one line, e.g. `there is no nft on the node`. */
  missing: Partial<Record<NodeFile, string>>;
}
