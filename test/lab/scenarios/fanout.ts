import type { Node, Scenario } from '../scenario.ts';

const nodes: Node[] = Array.from({ length: 50 }, (_, index) => ({
  name: `node-${String(index + 1).padStart(2, '0')}`,
  interfaces: [{ name: 'eth0', network: 'mgmt', addresses: [`10.1.0.${101 + index}/24`] }],
}));

/** Fifty nodes to reach by ssh: nothing but sshd on them, and the API server on the first. */
export const scenario: Scenario = {
  summary: 'fifty nodes reachable by ssh, no kube-proxy, no pods',
  networks: ['mgmt'],
  serviceCIDRs: ['10.111.0.0/16'],
  podCIDRs: ['192.168.0.0/16'],
  controlPlane: 'node-01',
  nodes,
  operator: {
    name: 'operator',
    interfaces: [{ name: 'eth0', network: 'mgmt', addresses: ['10.1.0.10/24'] }],
  },
  clients: [],
  routers: [],
  deployments: [],
  services: [],
};
