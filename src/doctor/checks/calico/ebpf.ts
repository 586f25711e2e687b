import { agentSettings } from '../../../calico/agent-settings.ts';
import type { ClusterCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';

/** Services and policies are then in programs of the kernel, which nobody can read as rules. */
export const ebpf: ClusterCheck = {
  code: 'EXT540',
  title: "Calico's agent works with eBPF",
  severity: 'info',
  reads: ['felixconfigurations', 'nodes'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutCalico,
  find: ({ snapshot }, { calico }) =>
    snapshot.cluster.nodes
      .map(({ metadata }) => metadata.name)
      .filter((node) => agentSettings(calico, node).bpf)
      .map((node) => ({
        object: `node/${node}`,
        message: `Calico's agent on ${node} serves Services with eBPF: what becomes of packets there cannot be told from rules, and host endpoints are not judged`,
        evidence: [`felixconfigurations: bpfEnabled is true for ${node}`],
        fix: null,
      })),
};
