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
  return [...new Set(families.flatMap(filesFor))];
}

/** The files that `readNode` takes for packets of this family. */
export function filesFor(family: Family): NodeFile[] {
  return [...Object.values(ruleFiles(family)), ...Object.values(ipFiles(family)), ...OF_BOTH];
}

/** The files that `ip` writes for each family. */
export function ipFiles(family: Family): Record<'routes' | 'rules' | 'neighbours', NodeFile> {
  return family === 4
    ? { routes: 'ip-route.json', rules: 'ip-rule.json', neighbours: 'ip-neigh.json' }
    : { routes: 'ip-route-6.json', rules: 'ip-rule-6.json', neighbours: 'ip-neigh-6.json' };
}

const OF_BOTH: readonly NodeFile[] = [
  'ipset-save.txt',
  'ip-addr.json',
  'sysctl.txt',
  'kube-proxy.txt',
];
