import { policyNames } from '../../../calico/guard-names.ts';
import type { ClusterCheck } from '../../check.ts';
import { guardedPorts } from '../../facts/guarded-ports.ts';
import { comparedGuards, guardObjects, setCommand, withoutGuards } from '../../facts/guards.ts';

/** A guard follows the ports of a Service only when it is set again; all others on its address are closed. */
export const guardPorts: ClusterCheck = {
  code: 'EXT507',
  title: "the ports that a guard opens are not the Service's",
  severity: 'error',
  reads: ['services', 'globalnetworkpolicies', 'hostendpoints'],
  ofNodes: [],
  skips: withoutGuards,
  find: ({ snapshot }, cluster) =>
    comparedGuards(snapshot, cluster).flatMap((guard) => {
      const { ip } = guard;
      const { open, closed, extra } = guardedPorts(cluster.calico, guard);
      if (closed.length + extra.length === 0) return [];
      const parts = [
        ...(closed.length > 0 ? [`${closed.join(', ')} is closed on it`] : []),
        ...(extra.length > 0 ? [`${extra.join(', ')} is open`] : []),
      ];
      return {
        ...guardObjects(guard),
        message: `the guard of ${ip.text} is not for the ports of its Services: ${parts.join(', ')}`,
        evidence: [
          ...guard.planned.services.map(
            ({ key, ports }) =>
              `${key}: its ports are ${ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ')}`,
          ),
          `GlobalNetworkPolicy ${policyNames(ip).allow}: it allows ${open.join(', ') || 'nothing'}`,
        ],
        fix: { command: setCommand(ip) },
      };
    }),
};
