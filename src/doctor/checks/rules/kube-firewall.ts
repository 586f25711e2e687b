import type { Loss } from '../../../explain/explanation.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { lossText } from '../../facts/lost-flows.ts';

/** Some rule has set kubelet's mark for what is to be dropped. */
export const kubeFirewall: ClusterCheck = {
  code: 'EXT408',
  title: 'KUBE-FIREWALL drops what comes in for an external IP',
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts', 'rules'],
  standsInPart: true,
  find({ flows, services }) {
    // Up to 1.24 kube-proxy marks what loadBalancerSourceRanges keep out.
    const limited = new Set(
      services
        .filter(({ spec }) => (spec.loadBalancerSourceRanges ?? []).length > 0)
        .map(serviceKey),
    );
    return flows
      .filter(({ service }) => service === null || !limited.has(service))
      .flatMap((flow) =>
        flow.lost.filter(isKubeFirewalls).map((loss) => ({
          object: `node/${loss.node ?? flow.node}`,
          touches: [`ip/${flow.packet.destination}`],
          message: `${loss.node ?? flow.nodes.join(', ')}: KUBE-FIREWALL drops what is sent to ${flow.packet.destination}: a rule before it has set the mark of what kubelet is to drop`,
          evidence: [lossText(flow, loss)],
          fix: {
            advice:
              'look in `extip explain` for the rule that sets the mark; two programs may use one bit',
          },
        })),
      );
  },
};

function isKubeFirewalls({ rule, share }: Loss): boolean {
  return rule?.chain === 'KUBE-FIREWALL' && share !== null;
}
