import { addressSets } from '../../calico/address-sets.ts';
import { agentSettings } from '../../calico/agent-settings.ts';
import { clusterAddresses } from '../../calico/cluster-addresses.ts';
import { type Deciders, decidersOf, whyNotKnown } from '../../calico/deciders.ts';
import type { EndpointPolicies } from '../../calico/endpoint-policies.ts';
import type { Governing } from '../../calico/governing-endpoint.ts';
import type { HostEndpoint } from '../../calico/objects.ts';
import { outerLinks } from '../../calico/outer-links.ts';
import type { NetworkInterface, Snapshot } from '../../snapshot/model.ts';
import { answeringNodes } from '../../snapshot/queries.ts';
import type { ResourceName } from '../../snapshot/resources.ts';
import type { ClusterSnapshot } from '../cluster-snapshot.ts';

/** What decides at an interface which a host endpoint governs. */
export interface GovernedPlace {
  node: string;
  link: NetworkInterface;
  endpoint: HostEndpoint;
  governing: Governing;
  policies: EndpointPolicies;
  deciders: Deciders;
}

/** What it goes by which of Calico's policies hold where, and what they do. */
export const POLICIES_AND_ENDPOINTS = [
  'hostendpoints',
  'globalnetworkpolicies',
  'networkpolicies',
  'tiers',
  'profiles',
  'globalnetworksets',
  'networksets',
  'felixconfigurations',
] as const satisfies readonly ResourceName[];

/** Of a check that is about Calico: why there is nothing to look at; null: there is. */
export function withoutCalico({ calico }: ClusterSnapshot): string | null {
  return calico.presence === 'absent' ? 'there is no Calico' : null;
}

/** How findings name a host endpoint. */
export function endpointObject({ metadata }: Pick<HostEndpoint, 'metadata'>): string {
  return `hostendpoint/${metadata.name}`;
}

/** The interfaces of all nodes that answered which an endpoint governs, where what decides there is known. */
export function governedPlaces(snapshot: Snapshot, { calico }: ClusterSnapshot): GovernedPlace[] {
  if (calico.hostEndpoints.length === 0) return [];
  const sets = addressSets(calico, clusterAddresses(snapshot.cluster));
  return answeringNodes(snapshot).flatMap(({ name: node, facts }) =>
    outerLinks(facts, agentSettings(calico, node).interfacePrefixes).flatMap((link) => {
      const addresses = link.addresses.map(({ ip }) => ip);
      const deciders = decidersOf(calico, { node, interface: link.name, addresses }, sets);
      const { governing, policies } = deciders;
      if (whyNotKnown(deciders) !== null || 'unknown' in governing || !policies) return [];
      const { endpoint } = governing;
      return endpoint ? [{ node, link, endpoint, governing, policies, deciders }] : [];
    }),
  );
}

/** The places by their endpoints: one may be for all interfaces of its node. */
export function placesByEndpoint(
  places: readonly GovernedPlace[],
): [HostEndpoint, GovernedPlace[]][] {
  return [...Map.groupBy(places, ({ endpoint }) => endpoint)];
}
