import type { Table } from '../../../net/netfilter/rules.ts';
import type { NodeCheck } from '../../check.ts';

/** Two programs that write rules, and that do not see each other's. */
export const twoVariants: NodeCheck = {
  code: 'EXT405',
  title: 'rules of iptables-legacy and of iptables-nft are in use',
  severity: 'info',
  reads: [],
  ofNode: ['rules'],
  findOn({ state: { name }, read }) {
    const tables = [...read.values()].flatMap((own) => own.tables).filter(hasRules);
    const variants = new Set(tables.map(({ variant }) => variant));
    if (!variants.has('iptables-nft') || !variants.has('iptables-legacy')) return [];
    const legacy = tables.filter(({ variant }) => variant === 'iptables-legacy');
    return [
      {
        object: `node/${name}`,
        message: `${name} has rules in iptables-legacy and in iptables-nft: both hold, in an order that is not fixed, and \`iptables-save\` shows but one of them`,
        evidence: legacy.map(
          ({ family, name: table }) => `${name}: ${family} ${table} of iptables-legacy has rules`,
        ),
        fix: null,
      },
    ];
  },
};

function hasRules(table: Table): boolean {
  return table.baseChains.some(
    ({ name, policy }) => policy === 'drop' || (table.chain(name)?.size ?? 0) > 0,
  );
}
