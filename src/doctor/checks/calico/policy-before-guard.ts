import { decidesFirst, type EarlierRule } from '../../../calico/decides-first.ts';
import { DEFAULT_TIER, policyName } from '../../../calico/policies.ts';
import type { Fix } from '../../../explain/explanation.ts';
import { nameList } from '../../../explain/phrases.ts';
import type { Ip } from '../../../net/ip.ts';
import type { ClusterCheck } from '../../check.ts';
import type { ClusterSnapshot } from '../../cluster-snapshot.ts';
import { POLICIES_AND_ENDPOINTS } from '../../facts/calico-places.ts';
import { comparedGuards, guardObjects, withoutGuards } from '../../facts/guards.ts';

/** Calico asks policies in order; what one decides, no later one is asked about. */
export const policyBeforeGuard: ClusterCheck = {
  code: 'EXT505',
  title: 'a policy decides before the guard of an address, and otherwise',
  severity: 'error',
  reads: ['services', ...POLICIES_AND_ENDPOINTS],
  ofNodes: ['facts'],
  skips: withoutGuards,
  find: ({ snapshot }, cluster) =>
    comparedGuards(snapshot, cluster).flatMap((guard) => {
      const { ip, planned } = guard;
      const ports = planned.services.flatMap((service) => service.ports);
      const rules = decidesFirst(snapshot, cluster.calico, { covered: planned.covered, ip, ports });
      const proven = rules.filter(({ unsure }) => unsure === null);
      const byPolicy = Map.groupBy(proven, ({ policy }) => policyName(policy));
      return [...byPolicy].flatMap(([name, [first, ...others]]) => {
        if (!first) return [];
        const whom = first.sources.length > 0 ? nameList(first.sources) : 'most clients';
        return {
          ...guardObjects(guard),
          message: `${name} ${first.does} ${whom} before the guard of ${ip.text} is asked`,
          evidence: [first, ...others].map(
            (one) =>
              `${one.interface} of ${one.node}: rule ${one.rule} of ${name} ${one.does} ${one.sources.length > 0 ? nameList(one.sources) : 'most clients'} (${one.stage})`,
          ),
          fix: fixFor(cluster, ip, first),
        };
      });
    }),
};

function fixFor({ calico }: ClusterSnapshot, { text }: Ip, { policy, stage }: EarlierRule): Fix {
  const { name, tier } = policy;
  const order = calico.globalPolicies.find(({ metadata }) => metadata.name === name)?.spec.order;
  return stage === 'preDNAT' && tier === DEFAULT_TIER && typeof order === 'number'
    ? { command: `extip guard set ${text} --order ${order - 20}` }
    : { advice: `take ${text} out of what ${name} decides, or put it behind the guard` };
}
