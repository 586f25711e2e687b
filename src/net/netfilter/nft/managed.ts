import type { NftRuleset, NftTable } from './syntax.ts';

// The chains that iptables-nft makes, by table. iptables 1.8.9 iptables/nft.c xtables_ipv4.
const BUILT_IN: Record<string, string[]> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/**
 * The tables that iptables-nft keeps, as `FAMILY NAME`. nft shows their extensions without arguments
 * and some of them wrong, so they are to be read from iptables-save: those that nft warns of, and those
 * that have the name of a table of iptables' and no base chain but its built-in ones.
 */
export function managedByIptables({ tables }: NftRuleset): Set<string> {
  const managed = tables.filter((table) => table.warned || looksBuiltIn(table));
  return new Set(managed.map(({ family, name }) => `${family} ${name}`));
}

function looksBuiltIn({ family, name, chains }: NftTable): boolean {
  if (family !== 'ip' && family !== 'ip6') return false;
  const bases = [...chains.values()].filter(({ base }) => base);
  return (
    bases.length > 0 &&
    bases.every(
      (chain) =>
        BUILT_IN[name]?.includes(chain.name) && chain.base?.hook === chain.name.toLowerCase(),
    )
  );
}
