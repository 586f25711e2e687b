import { failsafePortsOf } from '../../../calico/failsafe-ports-of.ts';
import type { ClusterCheck } from '../../check.ts';
import { comparedGuards, guardObjects, withoutGuards } from '../../facts/guards.ts';

/** Calico lets failsafe ports in before it asks any policy. */
export const guardFailsafePort: ClusterCheck = {
  code: 'EXT511',
  title: 'a guard with sources is for a failsafe port, which everybody may reach',
  severity: 'error',
  reads: ['services', 'globalnetworkpolicies', 'hostendpoints', 'felixconfigurations'],
  ofNodes: ['facts'],
  skips: withoutGuards,
  find: ({ snapshot }, { calico, ...cluster }) =>
    comparedGuards(snapshot, { calico, ...cluster }).flatMap((guard) => {
      const { ip, planned } = guard;
      const nodes = [...new Set(planned.covered.map(({ node }) => node))];
      const restricted = planned.services.filter(({ sources }) => sources !== null);
      const open = restricted.flatMap(({ key, ports }) =>
        nodes.flatMap((node) =>
          failsafePortsOf(calico, node, ports)
            .filter(({ net }) => net === null)
            .map(({ port, protocol }) => ({ key, node, port: `${port}/${protocol}` })),
        ),
      );
      const [first] = open;
      if (!first) return [];
      return {
        ...guardObjects(guard),
        message: `${first.port} of ${first.key} on ${ip.text} is open to everybody, whatever the guard says: it is a failsafe port`,
        evidence: open.map(
          ({ key, node, port }) =>
            `felixconfigurations, ${node}: ${port} of ${key} is a failsafe port`,
        ),
        fix: {
          advice:
            'give the Service another port, or take this one out of failsafeInboundHostPorts of the FelixConfiguration',
        },
      };
    }),
};
