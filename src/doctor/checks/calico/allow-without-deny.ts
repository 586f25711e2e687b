import { guardReport, type JudgedInterface } from '../../../calico/guard-report.ts';
import { policyName } from '../../../calico/policies.ts';
import type { Reach } from '../../../calico/reach.ts';
import { outsideAddresses } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { parseIp } from '../../../net/ip.ts';
import { holdersOf, subnetHolding } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import {
  type GovernedPlace,
  governedPlaces,
  POLICIES_AND_ENDPOINTS,
  withoutCalico,
} from '../../facts/calico-places.ts';

/** Policies before DNAT have no deny at their end: what none of them takes goes on. */
export const allowWithoutDeny: ClusterCheck = {
  code: 'EXT504',
  title: 'a policy lets some clients in, and nothing keeps the others out',
  severity: 'warning',
  reads: ['services', 'endpointslices', ...POLICIES_AND_ENDPOINTS],
  ofNodes: ['facts'],
  skips: withoutCalico,
  find(evidence, cluster) {
    const { snapshot } = evidence;
    const places = governedPlaces(snapshot, cluster).filter(onlyAllows);
    if (places.length === 0) return [];
    return outsideAddresses(evidence).flatMap(({ ip: text, services }) => {
      const ip = parseIp(text);
      const own = places.filter(({ node, link }) => {
        const isHere = holdersOf(snapshot, text).some(
          (one) => one.node === node && one.interface === link.name,
        );
        return isHere || (ip && subnetHolding(link, ip) !== null);
      });
      if (!ip || own.length === 0) return [];
      const isOwn = (one: JudgedInterface) =>
        own.some(({ node, link }) => node === one.node && link.name === one.interface);
      const asked = { service: null, ip, from: null };
      const [judged] = guardReport(snapshot, cluster.calico, [ip], asked).addresses;
      const open = (judged?.interfaces ?? []).filter(isOwn).flatMap(inVain);
      return [...Map.groupBy(open, ({ policy }) => policy)].map(([policy, where]) => ({
        object: `ip/${text}`,
        touches: services.map(serviceObject),
        message: `${policy} lets ${[...new Set(where.flatMap(({ sources }) => sources))].join(', ')} in to ${text}, and everybody else gets in, too: before DNAT nothing denies`,
        evidence: where.map(
          ({ node, interface: name, endpoint, rule, port }) =>
            `HostEndpoint ${endpoint}, ${name} of ${node}: rule ${rule} of ${policy} allows ${port}; no policy with preDNAT or applyOnForward denies there`,
        ),
        fix: {
          advice: `deny the rest by a policy with preDNAT and a higher order, or let extip do both: extip guard set ${text} --source CIDR`,
        },
      }));
    });
  },
};

interface InVain {
  node: string;
  interface: string;
  endpoint: string;
  policy: string;
  rule: number | null;
  port: string;
  sources: readonly string[];
}

/** Policies before DNAT that allow, and none that denies, neither there nor of what goes through the node. */
function onlyAllows({ policies, deciders }: GovernedPlace): boolean {
  const before = deciders.before?.tiers('preDNAT', 'ingress') ?? [];
  const rules = before.flatMap((tier) => tier.policies.flatMap((policy) => policy.rules));
  return (
    rules.some(({ action }) => action === 'Allow') &&
    !rules.some(({ action }) => action === 'Deny') &&
    policies.tiers('forward', 'ingress').length === 0 &&
    !policies.has('untracked')
  );
}

/** What is let in by name, where all others are let in without. */
function inVain({ node, interface: name, endpoint, ports }: JudgedInterface): InVain[] {
  return ports.flatMap(({ port, protocol, reach }) => {
    if (!reach.every(({ outcome }) => outcome === 'allowed')) return [];
    return reach.filter(isByName).map(({ policy, rule, sources }) => ({
      node,
      interface: name,
      endpoint: endpoint?.name ?? '',
      policy: policy ? policyName(policy) : '',
      rule,
      port: `${port}/${protocol}`,
      sources,
    }));
  });
}

function isByName({ stage, isRest, policy }: Reach): boolean {
  return stage === 'preDNAT' && !isRest && policy !== null;
}
