import type { Scenario } from '../scenario.ts';

/** minikube: one node, three pods behind docker0, one NodePort Service. */
export const scenario: Scenario = {
  summary: 'minikube: one node, three pods, a client outside',
  networks: ['net', 'access'],
  serviceCIDRs: ['10.96.0.0/12'],
  podCIDRs: ['172.17.0.0/16'],
  controlPlane: 'minikube',
  kubeProxy: 'iptables',
  nodes: [
    {
      name: 'minikube',
      interfaces: [{ name: 'eth1', network: 'net', addresses: ['192.168.99.100/24'] }],
      routes: [{ to: 'default', via: '192.168.99.1' }],
      podBridge: { name: 'docker0', address: '172.17.0.1/16' },
    },
  ],
  operator: {
    name: 'operator',
    interfaces: [
      { name: 'eth0', network: 'net', addresses: ['192.168.99.10/24'] },
      { name: 'eth1', network: 'access', addresses: ['172.31.0.10/24'] },
    ],
  },
  clients: [
    {
      name: 'client',
      interfaces: [
        { name: 'eth0', network: 'net', addresses: ['192.168.99.1/24'] },
        { name: 'eth1', network: 'access', addresses: ['172.31.0.165/24'] },
      ],
      // Routing the external IP to the node is a chore of its own; here it is done already.
      routes: [{ to: '10.22.0.0/32', via: '192.168.99.100' }],
    },
  ],
  routers: [],
  deployments: [
    {
      name: 'nginx',
      labels: { app: 'nginx' },
      port: { name: 'http', number: 80 },
      answer: 'Welcome to nginx!',
      replicas: [
        { node: 'minikube', ips: ['172.17.0.3'] },
        { node: 'minikube', ips: ['172.17.0.4'] },
        { node: 'minikube', ips: ['172.17.0.8'] },
      ],
    },
  ],
  services: [
    {
      name: 'nginx',
      spec: {
        type: 'NodePort',
        clusterIP: '10.99.239.22',
        selector: { app: 'nginx' },
        ports: [{ port: 80, targetPort: 80, nodePort: 30916 }],
      },
    },
  ],
};
