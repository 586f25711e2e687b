/** kube-proxy's own interface in IPVS mode, on every node. */
export const OF_IPVS = 'kube-ipvs0';

/** The interfaces of Cilium's and of Calico's eBPF programs. */
export const OF_EBPF: readonly string[] = [
  ...['cilium_host', 'cilium_net', 'cilium_vxlan', 'cilium_geneve'],
  ...['bpfin.cali', 'bpfout.cali'],
];

/** Where a node has none of them its rules say what serves Services, and kube-proxy need not be asked. */
export const BESIDE_RULES: readonly string[] = [OF_IPVS, ...OF_EBPF];
