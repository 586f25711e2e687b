import type { PhaseRecord } from '../../../explain/explanation.ts';
import { isTheirs } from '../../../explain/observations/foreign-rule.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { walkText } from '../../facts/lost-flows.ts';

/** It comes to another place than the Service's endpoints, before kube-proxy sees it. */
export const diverted: ClusterCheck = {
  code: 'EXT407',
  title: "a rule that is neither kube-proxy's nor Calico's diverts packets",
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts', 'rules'],
  standsInPart: true,
  find: ({ flows, services }) =>
    flows.flatMap((flow) => {
      const { node, packet } = flow;
      if (node === null || flow.undetermined.length > 0) return [];
      const service = services.find((it) => serviceKey(it) === flow.service);
      return flow.phases.filter(isForeignNat).map((phase) => ({
        object: `node/${node}`,
        touches: [
          `ip/${packet.destination}`,
          ...(service ? [serviceObject(service)] : []),
          ...flow.nodes.map((it) => `node/${it}`),
        ],
        message: `${flow.nodes.join(', ')}: what is sent to ${packet.destination} is sent elsewhere by a rule that is neither kube-proxy's nor Calico's: ${phase.rule}`,
        evidence: [`${walkText(flow)}: ${placeText(phase)}: ${phase.rule}, ${phase.effect ?? ''}`],
        fix: {
          advice: `find who made the rule (a container with a host port, another tool, by hand), and let ${packet.destination} out of it`,
        },
      }));
    }),
};

function placeText({ table, chain, line }: PhaseRecord): string {
  return `${table} ${chain}${line === null ? '' : `, line ${line}`}`;
}

function isForeignNat({ action, table, chain, rule }: PhaseRecord): boolean {
  const isNat = action === 'dnat' || action === 'redirect';
  return isNat && rule !== null && !isTheirs(table ?? '', chain ?? '');
}
