import type { NodeCheck } from '../../check.ts';

const PLUG_IN = 'DenyServiceExternalIPs';

/** Those that Services have stay (k8s.io/kubernetes, plugin/pkg/admission/network/denyserviceexternalips). */
export const denied: NodeCheck = {
  code: 'EXT103',
  title: 'the API server refuses new external IPs',
  severity: 'info',
  reads: [],
  ofNode: ['kube-apiserver.txt'],
  isOneEnough: true,
  findOn: ({ state: { name }, files }) => {
    const lines = files.bytes['kube-apiserver.txt']?.toString().split('\n') ?? [];
    const enabling = lines.find(namesIt);
    if (enabling === undefined) return [];
    return [
      {
        object: 'cluster',
        touches: [`node/${name}`],
        message: `the API server on ${name} runs with the admission plug-in ${PLUG_IN}: nobody can add an external IP to a Service, extip neither (403); those that are there stay`,
        evidence: [`${name} kube-apiserver.txt: ${enabling}`],
        fix: null,
      },
    ];
  },
};

/** `--enable-admission-plugins=A,B`. */
function namesIt(line: string): boolean {
  return line
    .slice(line.indexOf('=') + 1)
    .split(',')
    .includes(PLUG_IN);
}
