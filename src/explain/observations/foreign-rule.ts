import type { Evidence } from '../evidence.ts';
import type { Observation, RulePlace } from '../explanation.ts';
import { nameList } from '../phrases.ts';

const LOST = ['dropped', 'rejected'];

/** A rule that is neither kube-proxy's nor Calico's, and that keeps packets out. */
export function foreignRule({ flows }: Evidence): Observation[] {
  const lost = flows.filter(({ verdict }) => LOST.includes(verdict.outcome));
  const found = lost.flatMap((flow) => {
    const { rule } = flow.verdict;
    return flow.node !== null && rule && isForeign(rule) ? [{ flow, rule }] : [];
  });
  const byRule = Map.groupBy(found, ({ rule }) => `${rule.table} ${rule.chain} ${rule.rule}`);
  return [...byRule.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { rule, flow } = first;
    const nodes = [...new Set(same.flatMap((it) => it.flow.nodes))];
    const what = rule.rule === null ? `the policy of ${rule.table} ${rule.chain}` : rule.rule;
    return {
      code: 'foreign-rule' as const,
      severity: 'error' as const,
      object: `node/${flow.node}`,
      message: `${nameList(nodes)}: what decides is neither kube-proxy's nor Calico's: ${what}`,
      fix: {
        advice: `find who made it (a firewall, another tool, by hand), and let ${flow.packet.protocol} to ${flow.packet.destination} and to the pods through before it`,
      },
    };
  });
}

/** By the names that kube-proxy and Calico give their chains and tables. */
function isForeign({ table, chain, rule }: RulePlace): boolean {
  const isTheirs = /^(KUBE-|cali-)/.test(chain) || table === 'kube-proxy' || /cali/.test(table);
  return !isTheirs && !/-j (KUBE-|cali-)/.test(rule ?? '');
}
