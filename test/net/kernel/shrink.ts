import type { Case, ChainDraft, TableDraft } from './case.ts';
import { RefusedRules } from './play.ts';

/**
 * The smallest case found that still disagrees, by leaving out packets, tables, chains, rules,
 * matches and settings one by one until none can be spared.
 */
export async function shrink(
  start: Case,
  disagrees: (candidate: Case) => Promise<string | null>,
): Promise<Case> {
  let least = start;
  for (let progress = true; progress; ) {
    progress = false;
    for (let at = 0; ; ) {
      const candidate = smaller(least)[at];
      if (!candidate) break;
      if (await stillDisagrees(candidate, disagrees)) {
        least = candidate;
        progress = true;
      } else at++;
    }
  }
  return least;
}

async function stillDisagrees(
  candidate: Case,
  disagrees: (candidate: Case) => Promise<string | null>,
): Promise<boolean> {
  try {
    return (await disagrees(candidate)) !== null;
  } catch (error) {
    // Something was left out that the rest needs.
    if (error instanceof RefusedRules) return false;
    throw error;
  }
}

/** The case with one thing less, large things first. */
function smaller(of: Case): Case[] {
  const { probes, tables, sysctls } = of;
  return [
    ...without(probes).map((less) => ({ ...of, probes: less })),
    ...without(tables).map((less) => ({ ...of, tables: less })),
    ...each(tables, smallerTable).map((less) => ({ ...of, tables: less })),
    ...Object.entries(sysctls)
      .filter(([path, value]) => value !== calmValue(path))
      .map(([path]) => ({ ...of, sysctls: { ...sysctls, [path]: calmValue(path) } })),
  ];
}

function smallerTable(table: TableDraft): TableDraft[] {
  return [
    ...without(table.chains)
      // iptables has its built-in chains in any case.
      .filter((chains) => chains.length > 0)
      .map((chains) => ({ ...table, chains })),
    ...each(table.chains, smallerChain).map((chains) => ({ ...table, chains })),
    ...without(table.declarations).map((declarations) => ({ ...table, declarations })),
  ];
}

function smallerChain(chain: ChainDraft): ChainDraft[] {
  const accepting =
    chain.base?.policy === 'drop'
      ? [{ ...chain, base: { ...chain.base, policy: 'accept' as const } }]
      : [];
  return [
    ...without(chain.rules).map((rules) => ({ ...chain, rules })),
    ...accepting,
    ...each(chain.rules, (rule) =>
      without(rule.matches).map((matches) => ({ ...rule, matches })),
    ).map((rules) => ({ ...chain, rules })),
  ];
}

/** A setting as it does least. */
export const calmValue = (path: string) => (path.endsWith('ip_forward') ? '1' : '0');

/** The list without each of its items in turn. */
function without<T>(list: readonly T[]): T[][] {
  return list.map((_, index) => list.toSpliced(index, 1));
}

/** The list with each of its items in turn replaced by each smaller one. */
function each<T>(list: readonly T[], smallerOf: (item: T) => T[]): T[][] {
  return list.flatMap((item, index) => smallerOf(item).map((less) => list.with(index, less)));
}
