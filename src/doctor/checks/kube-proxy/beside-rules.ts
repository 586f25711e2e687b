import type { ServedBy } from '../../../explain/data-path-of.ts';
import type { NodeCheck } from '../../check.ts';

const WORDS: Partial<Record<ServedBy, string>> = {
  ipvs: 'IPVS',
  ebpf: 'eBPF programs (Cilium, Calico)',
  userspace: 'kube-proxy itself, in userspace mode',
};

/** What extip says of rules then says nothing of Services. */
export const besideRules: NodeCheck = {
  code: 'EXT147',
  title: 'Services are not served by rules',
  severity: 'info',
  reads: [],
  ofNode: ['facts', 'rules'],
  findOn({ state: { name }, evidence: { servedBy } }) {
    const words = WORDS[servedBy];
    if (words === undefined) return [];
    return [
      {
        object: `node/${name}`,
        message: `on ${name} Services are served by ${words}: what rules do with packets for them is not all`,
        evidence: [`${name}: by its rules and interfaces it is ${servedBy}`],
        fix: null,
      },
    ];
  },
};
