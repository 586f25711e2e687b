import { KUBE_PROXY_PODS } from '../../../explain/observations/rules.ts';
import { nameList } from '../../../explain/phrases.ts';
import type { NodeCheck } from '../../check.ts';
import { firstLines } from '../../facts/first-lines.ts';
import { kernelEntries } from '../../facts/kernel-entries.ts';
import { servedTargets } from '../../facts/served-targets.ts';

/** Each node's kernel against the API: what is there still is served, to whatever has the pods' addresses now. */
export const leftOver: NodeCheck = {
  code: 'EXT403',
  title: 'a node has rules for what no Service has',
  severity: 'warning',
  reads: ['services'],
  ofNode: ['rules'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    const { known } = servedTargets(cluster);
    const kept = kernelEntries(node).flatMap(({ entries }) =>
      [...entries.values()].filter(({ key }) => !known.has(key)),
    );
    if (kept.length === 0) return [];
    return [
      {
        object: `node/${name}`,
        message: `${name} still has rules of kube-proxy for ${nameList(kept.map(({ key }) => key))}, which no Service has: kube-proxy is behind there, or does not run`,
        evidence: firstLines(kept.map(({ text }) => `${name}: ${text}`)),
        fix: { command: KUBE_PROXY_PODS },
      },
    ];
  },
};
