import { KUBE_PROXY_PODS } from '../../../explain/observations/rules.ts';
import { readListeners } from '../../../net/read-listeners.ts';
import type { NodeCheck } from '../../check.ts';

/** Where it serves its metrics and its health, unless told otherwise (pkg/proxy/apis/config/v1alpha1/defaults.go, 1.28). */
const PORTS: readonly number[] = [10249, 10256];

/** Its rules stay when it stops, and are no longer kept up to date. */
export const notRunning: NodeCheck = {
  code: 'EXT141',
  title: 'kube-proxy does not run on a node that has its rules',
  severity: 'warning',
  reads: [],
  ofNode: ['rules', 'listeners.txt'],
  findOn({ state: { name }, evidence, files }) {
    const why = files.missing['kube-proxy.txt'];
    if (!evidence.servedBy.startsWith('kube-proxy-') || why === undefined) return [];
    const { listeners } = readListeners(files.bytes['listeners.txt']?.toString() ?? '');
    // Whose a socket is, is shown to root alone.
    if (!listeners.some(({ processes }) => processes.length > 0)) return [];
    const isSeen = listeners.some(
      ({ port, processes }) => PORTS.includes(port) || processes.includes('kube-proxy'),
    );
    if (isSeen) return [];
    return [
      {
        object: `node/${name}`,
        message: `${name} has rules of kube-proxy, and no kube-proxy: what changes of Services and pods does not come there`,
        evidence: [
          `${name} kube-proxy.txt: ${why}`,
          `${name} listeners.txt: no process kube-proxy, and nothing on ${PORTS.join(' or ')}`,
        ],
        fix: { command: KUBE_PROXY_PODS },
      },
    ];
  },
};
