import type { Family } from '../net/ip.ts';
import type { NodeFile } from './node-files.ts';

/** The files of a node that a packet's walk through it reads, for packets of one family. */
export function filesForWalk(family: Family): NodeFile[] {
  const ofFamily: NodeFile[] =
    family === 4
      ? ['iptables-nft-save.txt', 'iptables-legacy-save.txt', 'ip-route.json', 'ip-rule.json']
      : [
          'ip6tables-nft-save.txt',
          'ip6tables-legacy-save.txt',
          'ip-route-6.json',
          'ip-rule-6.json',
        ];
  return [
    ...ofFamily,
    'nft.json',
    'ipset-save.txt',
    'ip-addr.json',
    'sysctl.txt',
    'kube-proxy.txt',
  ];
}
