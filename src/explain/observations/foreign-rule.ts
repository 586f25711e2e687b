import type { Evidence } from '../evidence.ts';
import type { Flow, Loss, Observation, RulePlace } from '../explanation.ts';
import { nameList } from '../phrases.ts';
import { connectionsText } from '../words/share.ts';

/** A rule that is neither kube-proxy's nor Calico's, and that keeps packets out or their answers in. */
export function foreignRule({ flows }: Evidence): Observation[] {
  const found = flows.flatMap((flow) =>
    flow.lost.filter(isForeign).map((loss) => ({
      flow,
      loss,
      rule: loss.rule,
      nodes: loss.node === null ? flow.nodes : [loss.node],
    })),
  );
  const byRule = Map.groupBy(found, ({ rule }) => `${rule.table} ${rule.chain} ${rule.rule}`);
  return [...byRule.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { rule } = first;
    const nodes = [...new Set(same.flatMap((it) => it.nodes))];
    const what = rule.rule === null ? `the policy of ${rule.table} ${rule.chain}` : rule.rule;
    return {
      code: 'foreign-rule' as const,
      severity: 'error' as const,
      object: `node/${first.nodes[0]}`,
      message: `${nameList(nodes)}: what loses ${lostText(same)} is neither kube-proxy's nor Calico's: ${what}`,
      fix: { advice: adviceFor(same) },
    };
  });
}

/** Whether it is certain that somebody else's rule loses some, by the names of kube-proxy and Calico. */
export function isForeign(loss: Loss): loss is Loss & { rule: RulePlace } {
  if (!loss.rule || loss.share === null) return false;
  const { table, chain, rule } = loss.rule;
  return !isTheirs(table, chain) && !/-j (KUBE-|cali-)/.test(rule ?? '');
}

/** Whether a chain is kube-proxy's or Calico's, by its name or its table's. */
export function isTheirs(table: string, chain: string): boolean {
  return /^(KUBE-|cali-)/.test(chain) || table === 'kube-proxy' || /cali/.test(table);
}

type Found = readonly { flow: Flow; loss: Loss }[];

function lostText(found: Found): string {
  return [...partText(found, 'first', ''), ...partText(found, 'reply', 'the answers of ')].join(
    ' and ',
  );
}

/** The largest part that any packet loses; empty: none. */
function partText(found: Found, leg: Loss['leg'], whose: string): string[] {
  const shares = found.flatMap(({ loss }) => (loss.leg === leg ? (loss.share ?? []) : []));
  return shares.length === 0 ? [] : [`${whose}${connectionsText(Math.max(...shares))}`];
}

function adviceFor(found: Found): string {
  const { protocol, destination } = found[0]?.flow.packet ?? {};
  const legs = new Set(found.map(({ loss }) => loss.leg));
  const through = [
    ...(legs.has('first') ? [`${protocol} to ${destination} and to the pods`] : []),
    ...(legs.has('reply') ? ['the answers of the pods'] : []),
  ];
  return `find who made it (a firewall, another tool, by hand), and let ${through.join(' and ')} through before it`;
}
