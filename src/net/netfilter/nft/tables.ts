import type { BaseChain, Chain, Hook, Rule, Table } from '../rules.ts';
import { compileRule } from './compile-rule.ts';
import { Sets } from './look-up.ts';
import type { NftChain, NftRuleset, NftTable } from './syntax.ts';

const HOOKS: readonly string[] = ['prerouting', 'input', 'forward', 'output', 'postrouting'];

/** The tables of IP, as a walk visits them. Rules are compiled when it reaches them. */
export function nftTables(ruleset: NftRuleset): Table[] {
  return ruleset.tables.flatMap((table) => {
    const { family, name } = table;
    if (family !== 'ip' && family !== 'ip6' && family !== 'inet') return [];
    const sets = new Sets(table);
    const chains = new Map<string, Chain>();
    const chain = (wanted: string) => {
      const source = table.chains.get(wanted);
      if (source && !chains.has(wanted)) chains.set(wanted, lazyChain(source, sets));
      return chains.get(wanted);
    };
    return [{ variant: 'nft' as const, family, name, baseChains: baseChains(table), chain }];
  });
}

/**
 * Base chains that a walk does not visit: those of bridge, arp and netdev tables, and ingress and egress
 * of inet, although packets of IP may meet them; those of dormant tables, which none meets.
 */
export function chainsSetAside(ruleset: NftRuleset): string[] {
  return ruleset.tables.flatMap(({ family, name, chains, dormant }) =>
    [...chains.values()].flatMap((chain) => {
      const visited =
        ['ip', 'ip6', 'inet'].includes(family) && HOOKS.includes(chain.base?.hook ?? '');
      if (!chain.base || (visited && !dormant)) return [];
      const why = dormant ? 'the table is dormant' : chain.base.hook;
      return [`${family} ${name} ${chain.name} (${why})`];
    }),
  );
}

function baseChains({ chains, dormant }: NftTable): BaseChain[] {
  if (dormant) return [];
  return [...chains.values()].flatMap(({ name, base }) => {
    if (!base || !HOOKS.includes(base.hook)) return [];
    const { priority, policy } = base;
    const type = base.type === 'nat' || base.type === 'route' ? base.type : 'filter';
    return [{ name, type, hook: base.hook as Hook, priority, policy }];
  });
}

function lazyChain({ name, rules }: NftChain, sets: Sets): Chain {
  const compiled: Rule[] = [];
  const rule = (index: number): Rule => {
    const source = rules[index];
    if (!source) throw new RangeError(`chain ${name} has no rule ${index}`);
    const known = compiled[index] ?? compileRule(source.read(), source.line, sets);
    compiled[index] = known;
    return known;
  };
  return { name, size: rules.length, rule };
}
