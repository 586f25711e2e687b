import { addressSets } from '../../../calico/address-sets.ts';
import { agentSettings } from '../../../calico/agent-settings.ts';
import { clusterAddresses } from '../../../calico/cluster-addresses.ts';
import { decidersOf, whyNotKnown } from '../../../calico/deciders.ts';
import { outerLinks } from '../../../calico/outer-links.ts';
import { policyName } from '../../../calico/policies.ts';
import { ruleTexts } from '../../../net/netfilter/rule-texts.ts';
import type { Table } from '../../../net/netfilter/rules.ts';
import type { NetworkInterface } from '../../../snapshot/model.ts';
import type { NodeCheck } from '../../check.ts';
import type { ClusterSnapshot } from '../../cluster-snapshot.ts';
import { POLICIES_AND_ENDPOINTS, withoutCalico } from '../../facts/calico-places.ts';
import { agentAdvice, calicoTables } from '../../facts/calico-rules.ts';

/** What the agent has in the kernel is not what Calico's objects say: it has stopped, or cannot read them. */
export const agentBehind: NodeCheck = {
  code: 'EXT521',
  title: "the rules of Calico's agent on a node are not those of its objects",
  severity: 'error',
  reads: POLICIES_AND_ENDPOINTS,
  ofNode: ['facts', 'rules'],
  skips: withoutCalico,
  findOn({ state: { name: node, facts }, read }, cluster) {
    const tables = read.get(4)?.tables ?? [];
    const filter = calicoTables(tables, 'filter');
    const mangle = calicoTables(tables, 'mangle');
    const settings = agentSettings(cluster.calico, node);
    // In nftables mode the agent's chains are in another form, which is not looked into.
    if (!facts || filter.length === 0 || mangle.length === 0 || settings.bpf) return [];
    const lines = outerLinks(facts, settings.interfacePrefixes).flatMap((link) =>
      behindAt(node, link, { filter, mangle }, cluster),
    );
    if (lines.length === 0) return [];
    return [
      {
        object: `node/${node}`,
        message: `Calico's agent on ${node} is behind: its rules are not what host endpoints and policies say`,
        evidence: lines,
        fix: { advice: agentAdvice(node) },
      },
    ];
  },
};

/** What is there and should not be, or the other way round, at an interface. */
function behindAt(
  node: string,
  link: NetworkInterface,
  { filter, mangle }: { filter: readonly Table[]; mangle: readonly Table[] },
  { calico, cluster }: ClusterSnapshot,
): string[] {
  const addresses = link.addresses.map(({ ip }) => ip);
  const sets = addressSets(calico, clusterAddresses(cluster));
  const deciders = decidersOf(calico, { node, interface: link.name, addresses }, sets);
  const { governing, policies } = deciders;
  if (whyNotKnown(deciders) !== null || 'unknown' in governing) return [];
  const chain = `cali-fh-${link.name}`;
  const isThere = filter.some((table) => table.chain(chain) !== undefined);
  const isForIt = governing.endpoint !== null && governing.by !== 'all';
  if (isThere && !isForIt) {
    return [`${node} rules: the chain ${chain} is there, and no host endpoint is for ${link.name}`];
  }
  if (!isForIt || !policies) return [];
  const { name } = governing.endpoint?.metadata ?? {};
  if (!isThere) {
    return [
      `${node} rules: there is no chain ${chain}, and HostEndpoint ${name} is for ${link.name}`,
    ];
  }
  const asked = policies.tiers('preDNAT', 'ingress').flatMap((tier) => tier.policies);
  const present = policyChains(mangle, chain);
  // Whether the agent writes a chain for a policy without rules is its own affair.
  const least = asked.filter(({ rules }) => rules.length > 0).length;
  if (present.size >= least && present.size <= asked.length) return [];
  const names = asked.map(({ policy }) => policyName(policy)).join(', ');
  return [
    `${node} rules: in mangle ${present.size} policies are behind ${chain}, and ${asked.length} with preDNAT are for HostEndpoint ${name}${names && `: ${names}`}`,
  ];
}

/** The chains of policies for incoming packets that a chain leads to, by way of groups of them, too. */
function policyChains(tables: readonly Table[], start: string): Set<string> {
  const seen = new Set([start]);
  for (const name of seen) {
    for (const chain of tables.flatMap((table) => table.chain(name) ?? [])) {
      for (const text of ruleTexts(chain)) {
        const [, next] = /\s-[jg] (cali-(?:pi|gi)-\S+)/.exec(text) ?? [];
        if (next) seen.add(next);
      }
    }
  }
  return new Set([...seen].filter((name) => name.startsWith('cali-pi-')));
}
