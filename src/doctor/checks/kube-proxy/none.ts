import { KUBE_PROXY_PODS } from '../../../explain/observations/rules.ts';
import type { NodeCheck } from '../../check.ts';

/** Neither rules, nor interfaces of IPVS or of eBPF programs. */
export const none: NodeCheck = {
  code: 'EXT140',
  title: 'nothing serves Services on a node',
  severity: 'error',
  reads: [],
  ofNode: ['facts', 'rules'],
  findOn({ state: { name }, evidence, files }) {
    if (evidence.servedBy !== 'none') return [];
    const mode =
      files.bytes['kube-proxy.txt']?.toString().trim() ?? files.missing['kube-proxy.txt'];
    return [
      {
        object: `node/${name}`,
        message: `on ${name} there is nothing of kube-proxy, nor of what may be in its place: no Service can be reached from there, and no external IP that it has`,
        evidence: [
          `${name}: no chain KUBE-SERVICES has rules, and there is no table kube-proxy`,
          `${name} ip-addr.json: no interface of IPVS, Cilium or Calico's eBPF programs`,
          ...(mode === undefined ? [] : [`${name} kube-proxy.txt: ${mode}`]),
        ],
        fix: { command: KUBE_PROXY_PODS },
      },
    ];
  },
};
