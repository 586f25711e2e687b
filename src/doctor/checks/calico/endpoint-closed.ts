import { DEFAULT_ALLOW, type Direction } from '../../../calico/endpoint-policies.ts';
import { quote } from '../../../quote.ts';
import type { ClusterCheck } from '../../check.ts';
import {
  endpointObject,
  type GovernedPlace,
  governedPlaces,
  POLICIES_AND_ENDPOINTS,
  placesByEndpoint,
  withoutCalico,
} from '../../facts/calico-places.ts';

const WHAT: Record<Direction, string> = {
  egress: 'what the node itself sends',
  ingress: 'what comes to the node itself',
};

/**
 * With neither a policy nor a profile that allows anything, Calico denies all of the node's own traffic
 * there but failsafe ports, and lets through what goes on to pods.
 */
export const endpointClosed: ClusterCheck = {
  code: 'EXT501',
  title: "a host endpoint cuts off the node's own traffic",
  severity: 'error',
  reads: POLICIES_AND_ENDPOINTS,
  ofNodes: ['facts'],
  skips: withoutCalico,
  find: ({ snapshot }, cluster) =>
    placesByEndpoint(governedPlaces(snapshot, cluster)).flatMap(([endpoint, places]) => {
      const closed = (['egress', 'ingress'] as const).filter((direction) =>
        places.some((place) => isClosed(place, direction)),
      );
      if (closed.length === 0) return [];
      const { metadata, spec } = endpoint;
      const profiles = spec.profiles ?? [];
      return [
        {
          object: endpointObject(endpoint),
          touches: [`node/${spec.node}`],
          message: `HostEndpoint ${metadata.name} denies ${closed.map((one) => WHAT[one]).join(' and ')}, but for failsafe ports: no policy is for it, and no profile allows it`,
          evidence: [
            `HostEndpoint ${metadata.name}: ${profiles.length === 0 ? 'it has no profile' : `of its profiles ${profiles.join(', ')} none that allows anything`}`,
            ...places.map(({ node, link }) => `${node} ip-addr.json: it governs ${link.name}`),
          ],
          fix: profiles.length === 0 ? { command: allowCommand(metadata.name) } : ADVICE,
        },
      ];
    }),
};

const ADVICE = { advice: `give it the profile ${DEFAULT_ALLOW} instead` };

function allowCommand(name: string): string {
  const patch = JSON.stringify({ spec: { profiles: [DEFAULT_ALLOW] } });
  return `kubectl patch hostendpoints.projectcalico.org ${quote(name)} --type merge -p ${quote(patch)}`;
}

/** What preDNAT and untracked policies allow is asked about no more. */
function isClosed({ policies, deciders }: GovernedPlace, direction: Direction): boolean {
  const isAskedBefore = direction === 'ingress' && deciders.before?.has('preDNAT');
  return (
    !isAskedBefore &&
    !policies.has('untracked') &&
    policies.tiers('normal', direction).length === 0 &&
    deciders.profiles(direction).every(({ verdict }) => verdict.outcome === 'denied')
  );
}
