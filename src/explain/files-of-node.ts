import type { Family } from '../net/ip.ts';
import type { Table } from '../net/netfilter/rules.ts';
import type { NodeFile } from '../snapshot/node-files.ts';

/** The files that have rules, by what writes them. */
export function ruleFiles(family: Family): Record<Table['variant'], NodeFile> {
  return family === 4
    ? {
        'iptables-nft': 'iptables-nft-save.txt',
        'iptables-legacy': 'iptables-legacy-save.txt',
        nft: 'nft.json',
      }
    : {
        'iptables-nft': 'ip6tables-nft-save.txt',
        'iptables-legacy': 'ip6tables-legacy-save.txt',
        nft: 'nft.json',
      };
}

/** The files of a node that explanations for these families take. */
export function filesOfNode(families: readonly Family[]): NodeFile[] {
  const neighbours = (family: Family): NodeFile =>
    family === 4 ? 'ip-neigh.json' : 'ip-neigh-6.json';
  const all = families.flatMap((family) => [...filesFor(family), neighbours(family)]);
  return [...new Set(all)];
}

/** The files that `readNode` takes for packets of this family. */
export function filesFor(family: Family): NodeFile[] {
  return [...Object.values(ruleFiles(family)), ...routingFiles(family), ...OF_BOTH];
}

/** The files with routes and routing rules. */
export function routingFiles(family: Family): [routes: NodeFile, rules: NodeFile] {
  return family === 4 ? ['ip-route.json', 'ip-rule.json'] : ['ip-route-6.json', 'ip-rule-6.json'];
}

const OF_BOTH: readonly NodeFile[] = [
  'ipset-save.txt',
  'ip-addr.json',
  'sysctl.txt',
  'kube-proxy.txt',
];
