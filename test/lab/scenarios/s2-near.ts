import type { Scenario } from '../scenario.ts';
import { scenario as s2 } from './s2.ts';

/** s2 with a pod on the node that holds external IPs, too. */
export const scenario: Scenario = {
  ...s2,
  summary: 's2 with a pod on k0, too',
  nodes: s2.nodes.map((node) =>
    node.name === 'k2'
      ? { ...node, routes: [...(node.routes ?? []), { to: '192.168.98.0/26', via: '10.1.0.180' }] }
      : node,
  ),
  deployments: [
    ...s2.deployments,
    {
      name: 'web-server-near',
      labels: { app: 'near' },
      port: { name: 'web-port', number: 8080 },
      answer: 'This is the pod on k0!',
      replicas: [{ node: 'k0', ips: ['192.168.98.39'] }],
    },
  ],
};
