import type { Host, Scenario } from '../scenario.ts';
import { scenario as s2 } from './s2.ts';

/** What s2's hosts have of IPv6, by their interfaces: the addresses end as those of IPv4 do. */
const networks: Record<string, string> = {
  mgmt: '2001:db8:a',
  ext: '2001:db8:1',
  far: '2001:db8:3',
};

const routes: Record<string, { to: string; via: string }[]> = {
  k0: [
    { to: 'default', via: '2001:db8:1::1' },
    { to: '2001:db8:99::/64', via: '2001:db8:a::179' },
  ],
  k2: [{ to: 'default', via: '2001:db8:1::1' }],
  client: [{ to: 'default', via: '2001:db8:1::1' }],
  client2: [{ to: 'default', via: '2001:db8:3::1' }],
};

function lastNumber(address: string): string {
  return address.replace(/.*\./, '').replace(/\/.*/, '');
}

function withIPv6<T extends Host>(host: T): T {
  return {
    ...host,
    interfaces: host.interfaces.map((port) => {
      const prefix = networks[port.network];
      if (!prefix) return port;
      const more = port.addresses.map((address) => `${prefix}::${lastNumber(address)}/64`);
      return { ...port, addresses: [...port.addresses, ...more] };
    }),
    routes: [...(host.routes ?? []), ...(routes[host.name] ?? [])],
  };
}

/** s2 with IPv4 and IPv6: one Service of both, one of IPv4 and one of IPv6. */
export const scenario: Scenario = {
  ...s2,
  summary: 's2 with IPv4 and IPv6',
  serviceCIDRs: [...s2.serviceCIDRs, '2001:db8:111::/112'],
  podCIDRs: [...s2.podCIDRs, '2001:db8:99::/64'],
  nodes: s2.nodes.map(withIPv6),
  operator: withIPv6(s2.operator),
  clients: s2.clients.map(withIPv6),
  routers: s2.routers.map(withIPv6),
  deployments: s2.deployments.map((deployment) => ({
    ...deployment,
    replicas: deployment.replicas.map(({ node, ips }) => ({
      node,
      ips: [...ips, ...ips.map((ip) => `2001:db8:99::${lastNumber(ip)}`)],
    })),
  })),
  services: [
    ...s2.services.map(({ name, spec }) =>
      name === 'svc-test-1'
        ? {
            name,
            spec: {
              ...spec,
              ipFamilyPolicy: 'RequireDualStack',
              clusterIPs: [String(spec.clusterIP), '2001:db8:111::201'],
            },
          }
        : { name, spec },
    ),
    {
      name: 'svc-test-6',
      spec: {
        clusterIP: '2001:db8:111::206',
        ipFamilies: ['IPv6'],
        selector: { app: 'web-front-end' },
        ports: [{ port: 80, targetPort: 'web-port' }],
      },
    },
  ],
};
