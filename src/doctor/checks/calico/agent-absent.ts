import { agentSettings } from '../../../calico/agent-settings.ts';
import type { NodeCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';
import { agentAdvice, hasCalicoRules } from '../../facts/calico-rules.ts';

/** Its host endpoints and policies hold only where the agent has written them into the kernel. */
export const agentAbsent: NodeCheck = {
  code: 'EXT520',
  title: "a node with a host endpoint has no rules of Calico's agent",
  severity: 'error',
  reads: ['hostendpoints', 'felixconfigurations'],
  ofNode: ['rules'],
  skips: withoutCalico,
  findOn({ state: { name }, read }, { calico }) {
    const own = calico.hostEndpoints.filter(({ spec }) => spec.node === name);
    if (own.length === 0 || agentSettings(calico, name).bpf) return [];
    if ([...read.values()].some(({ tables }) => hasCalicoRules(tables))) return [];
    return [
      {
        object: `node/${name}`,
        message: `${name} has none of Calico's rules: no host endpoint and no policy holds there`,
        evidence: [
          `hostendpoints: ${own.map(({ metadata }) => metadata.name).join(', ')} of ${name}`,
          `${name} iptables-nft-save.txt, iptables-legacy-save.txt, nft.json: no chain of Calico's`,
        ],
        fix: { advice: agentAdvice(name) },
      },
    ];
  },
};
