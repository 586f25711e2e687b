import type { ServedBy } from '../data-path-of.ts';
import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import type { NodeEvidence } from '../node-evidence.ts';
import { nameList } from '../phrases.ts';

const WORDS: Partial<Record<ServedBy, string>> = {
  ipvs: 'IPVS serves Services there, and what it does is not in the rules: `ipvsadm -ln` shows it',
  ebpf: 'eBPF programs serve Services there (Cilium, Calico), and what they do is not in the rules',
  userspace:
    'kube-proxy itself carries the connections there (userspace mode): the rules lead to its process, and what it does is not in them',
  none: 'there are no rules of kube-proxy: it does not run there, or another program serves Services',
};

/** Nodes on which rules are not what serves Services, or are not known. */
export function dataPath({ nodes }: Evidence): Observation[] {
  const groups = Map.groupBy(nodes, wordsOf);
  return [...groups].flatMap(([words, own]): Observation[] => {
    const [first] = own;
    if (words === undefined || !first) return [];
    const names = own.map(({ node }) => node);
    const object = names.length === 1 ? `node/${first.node}` : 'cluster';
    const message = `${nameList(names)}: ${words}`;
    if (first.servedBy === 'unknown') {
      const fix = { advice: 'read them as root: see docs/permissions.md' };
      return [{ code: 'rules-unknown', severity: 'error', object, message, fix }];
    }
    const severity = first.servedBy === 'none' ? 'error' : 'warning';
    return [{ code: 'other-data-path', severity, object, message, fix: null }];
  });
}

function wordsOf({ servedBy, rulesUnread }: NodeEvidence): string | undefined {
  if (servedBy !== 'unknown') return WORDS[servedBy];
  const reasons = rulesUnread.map(({ file, reason }) => `${file}: ${reason}`);
  return `the rules there are not known (${reasons.join('; ')})`;
}
