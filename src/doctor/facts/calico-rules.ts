import type { Table } from '../../net/netfilter/rules.ts';

/** A chain that Calico's agent always has in its tables of iptables (felix/rules/static.go, 3.28 and 3.32). */
const ALWAYS_THERE = 'cali-PREROUTING';

/** Whether Calico's agent has written any of these rules, for iptables or in a table of its own. */
export function hasCalicoRules(tables: readonly Table[]): boolean {
  return tables.some(
    (table) =>
      table.chain(ALWAYS_THERE) !== undefined ||
      (table.variant === 'nft' && table.name === 'calico'),
  );
}

/** The tables of this name in which the agent keeps chains for iptables. */
export function calicoTables(tables: readonly Table[], name: 'mangle' | 'filter'): Table[] {
  return tables.filter(
    (table) =>
      table.name === name && table.variant !== 'nft' && isFilled(table, ALWAYS_THERE, 'cali-INPUT'),
  );
}

function isFilled(table: Table, ...chains: string[]): boolean {
  return chains.some((chain) => table.chain(chain) !== undefined);
}

/** Where to look for what is wrong with the agent of a node. */
export function agentAdvice(node: string): string {
  return `see why the agent does not follow, in its pod's log: kubectl get pods -A -l k8s-app=calico-node --field-selector spec.nodeName=${node}`;
}
