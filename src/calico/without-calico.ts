/** What else keeps clients away from an external IP, where there is no Calico. */
export const WITHOUT_CALICO: readonly string[] = [
  "a firewall in front of the nodes, or on each of them before kube-proxy's rules (nftables, a prerouting chain of priority below -100)",
  "a NetworkPolicy for the Service's pods, where the Service has externalTrafficPolicy: Local; else kube-proxy replaces the client's address before the pod sees it",
  'spec.loadBalancerSourceRanges, which kube-proxy obeys for load-balancer addresses of the Service, not for external IPs',
];
