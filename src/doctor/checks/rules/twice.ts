import { nameList } from '../../../explain/phrases.ts';
import type { Table } from '../../../net/netfilter/rules.ts';
import type { NodeCheck } from '../../check.ts';

const PLACES: Readonly<Record<Table['variant'], string>> = {
  'iptables-nft': 'iptables-nft',
  'iptables-legacy': 'iptables-legacy',
  nft: "nft's table kube-proxy",
};

/** The kernel goes through all of them: what kube-proxy no longer keeps may decide first. */
export const twice: NodeCheck = {
  code: 'EXT404',
  title: "kube-proxy's rules are there twice",
  severity: 'warning',
  reads: [],
  ofNode: ['rules'],
  findOn({ state: { name }, read }) {
    const tables = [...read.values()].flatMap((own) => own.tables).filter(isKubeProxys);
    const places = [...new Set(tables.map(({ variant }) => variant))].sort();
    if (places.length < 2) return [];
    return [
      {
        object: `node/${name}`,
        message: `${name} has rules of kube-proxy in ${nameList(places.map((it) => PLACES[it]))}: one of them is left over of an earlier mode or version, and nobody keeps it up to date`,
        evidence: tables.map(
          (table) =>
            `${name}: ${PLACES[table.variant]}, ${table.family} ${table.name}, has its rules`,
        ),
        fix: {
          advice: `reboot ${name}, or take away there those that the running kube-proxy does not write`,
        },
      },
    ];
  },
};

/** Canaries, and chains without rules, are left behind by every kube-proxy. */
function isKubeProxys(table: Table): boolean {
  if (table.variant === 'nft') return table.name === 'kube-proxy';
  return (table.chain('KUBE-SERVICES')?.size ?? 0) > 0;
}
