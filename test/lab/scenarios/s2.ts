import type { Scenario } from '../scenario.ts';

/**
 * Two nodes with two interfaces, Calico, and clients outside.
 *
 * The network `access` joins the operator to the clients, for ssh only: nothing forwards between
 * it and the others, so that a client reaches the cluster by `ext` alone.
 */
export const scenario: Scenario = {
  summary: 'two nodes with two interfaces, Calico, a client outside and one behind a router',
  networks: ['mgmt', 'ext', 'far', 'access'],
  serviceCIDRs: ['10.111.0.0/16'],
  podCIDRs: ['192.168.0.0/16'],
  controlPlane: 'k0',
  kubeProxy: 'iptables',
  calico: true,
  systemd: true,
  nodes: [
    {
      name: 'k0',
      interfaces: [
        { name: 'ens33', network: 'mgmt', addresses: ['10.1.0.180/24'] },
        { name: 'ens34', network: 'ext', addresses: ['20.1.0.160/24'] },
      ],
      routes: [
        { to: 'default', via: '20.1.0.1' },
        { to: '192.168.99.0/26', via: '10.1.0.179' },
      ],
    },
    {
      name: 'k2',
      interfaces: [
        { name: 'ens33', network: 'mgmt', addresses: ['10.1.0.179/24'] },
        { name: 'ens34', network: 'ext', addresses: ['20.1.0.150/24'] },
      ],
      routes: [{ to: 'default', via: '20.1.0.1' }],
    },
  ],
  operator: {
    name: 'operator',
    interfaces: [
      { name: 'eth0', network: 'mgmt', addresses: ['10.1.0.10/24'] },
      { name: 'eth1', network: 'access', addresses: ['172.31.0.10/24'] },
    ],
  },
  clients: [
    {
      name: 'client',
      interfaces: [
        { name: 'eth0', network: 'ext', addresses: ['20.1.0.165/24'] },
        { name: 'eth1', network: 'access', addresses: ['172.31.0.165/24'] },
      ],
      routes: [{ to: 'default', via: '20.1.0.1' }],
    },
    {
      name: 'client2',
      interfaces: [
        { name: 'eth0', network: 'far', addresses: ['30.1.0.165/24'] },
        { name: 'eth1', network: 'access', addresses: ['172.31.0.166/24'] },
      ],
      routes: [{ to: 'default', via: '30.1.0.1' }],
    },
  ],
  routers: [
    {
      name: 'router',
      interfaces: [
        { name: 'eth0', network: 'ext', addresses: ['20.1.0.1/24'] },
        { name: 'eth1', network: 'far', addresses: ['30.1.0.1/24'] },
      ],
    },
  ],
  deployments: [
    {
      name: 'web-server-1',
      labels: { app: 'web-front-end' },
      port: { name: 'web-port', number: 8080 },
      answer: 'This is Web Server 1 running on 8080!',
      replicas: [
        { node: 'k2', ips: ['192.168.99.39'] },
        { node: 'k2', ips: ['192.168.99.40'] },
        { node: 'k2', ips: ['192.168.99.41'] },
      ],
    },
    {
      name: 'web-server-2',
      labels: { app: 'web-front-end' },
      port: { name: 'web-port', number: 9090 },
      answer: 'This is Web Server 2 running on 9090!',
      replicas: [
        { node: 'k2', ips: ['192.168.99.42'] },
        { node: 'k2', ips: ['192.168.99.43'] },
        { node: 'k2', ips: ['192.168.99.44'] },
      ],
    },
  ],
  services: [
    {
      name: 'svc-test-1',
      spec: {
        clusterIP: '10.111.30.201',
        selector: { app: 'web-front-end' },
        ports: [{ port: 80, targetPort: 'web-port' }],
      },
    },
    {
      name: 'svc-test-2',
      spec: {
        clusterIP: '10.111.30.202',
        selector: { app: 'web-front-end' },
        ports: [{ port: 8081, targetPort: 'web-port' }],
      },
    },
  ],
};
