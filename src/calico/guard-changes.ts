import type { Ip } from '../net/ip.ts';
import { type CalicoChange, IP_ANNOTATION } from './change.ts';
import type { Place } from './governing-endpoint.ts';
import { guardEndpoint, leaveEndpoint } from './guard-endpoint.ts';
import { guardMark, isOurs } from './guard-mark.ts';
import { DEFAULT_ORDER, type GuardedService, guardPolicies } from './guard-policies.ts';
import { isDone } from './is-done.ts';
import type { GlobalNetworkPolicy, HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/** The guard of one address as it is to be. */
export interface WantedGuard {
  ip: Ip;
  services: readonly GuardedService[];
  /** null: as it is, or where ours usually stand. */
  order: number | null;
  /** The interfaces that it covers. */
  places: readonly Place[];
  /** The nodes whose interfaces are known: of others nothing is taken away. */
  nodes: ReadonlySet<string>;
}

/** What is to be changed, in order, and the interfaces of which it cannot be known. */
export interface GuardChanges {
  changes: CalicoChange[];
  unknown: { place: Place; reason: string }[];
}

/**
 * The changes that make the guard as it is wanted, those left out that are so already: policies first,
 * endpoints last, because an endpoint without policies could cut Calico's agent off. An endpoint that is no
 * longer covered is left at the end.
 */
export function guardChanges(objects: CalicoObjects, wanted: WantedGuard): GuardChanges {
  const { ip, places, nodes } = wanted;
  const before = orderOf(objects, ip);
  const order = wanted.order ?? before ?? DEFAULT_ORDER;
  const policies = guardPolicies(ip, wanted.services, order).map((object): CalicoChange => {
    const name = storedObject(objects, object)?.metadata.name ?? object.name;
    return { type: 'put', object: { ...object, name } };
  });
  // What allows is never behind what denies.
  if (before !== null && order > before) policies.reverse();
  const unknown: GuardChanges['unknown'] = [];
  const endpoints = places.flatMap((place): CalicoChange[] => {
    const change = guardEndpoint(objects, place, ip.text);
    if (!('unknown' in change)) return [change];
    unknown.push({ place, reason: change.unknown });
    return [];
  });
  const covered = new Set(endpoints.map(endpointOf));
  const left = endpointsWith(objects, ip)
    .filter(({ metadata, spec }) => !covered.has(metadata.name) && nodes.has(spec.node ?? ''))
    .map((endpoint) => leaveEndpoint(endpoint, ip.text));
  const changes = [...policies, ...endpoints, ...left].filter((change) => !isDone(objects, change));
  return { changes, unknown };
}

/** The changes that take the guard of an address away, in the reverse order. */
export function unguardChanges(objects: CalicoObjects, ip: Ip): CalicoChange[] {
  return [
    ...endpointsWith(objects, ip).map((endpoint) => leaveEndpoint(endpoint, ip.text)),
    ...policiesOf(objects, ip)
      .sort((a, b) => (b.spec.order ?? 0) - (a.spec.order ?? 0))
      .map(
        ({ metadata: { name } }): CalicoChange => ({
          type: 'delete',
          kind: 'GlobalNetworkPolicy',
          name,
        }),
      ),
  ];
}

/** The addresses that have anything of a guard. */
export function guardedIps(objects: CalicoObjects): Set<string> {
  return new Set([
    ...objects.globalPolicies.filter(isOurs).flatMap((policy) => ipOf(policy) ?? []),
    ...objects.hostEndpoints.flatMap((endpoint) => guardMark(endpoint)?.ips ?? []),
  ]);
}

/** The nodes with an endpoint that takes part in the guard of the address. */
export function guardedNodes(objects: CalicoObjects, ip: Ip): Set<string> {
  return new Set(endpointsWith(objects, ip).flatMap(({ spec }) => spec.node ?? []));
}

function ipOf({ metadata }: GlobalNetworkPolicy): string | undefined {
  return metadata.annotations?.[IP_ANNOTATION];
}

function policiesOf({ globalPolicies }: CalicoObjects, ip: Ip): GlobalNetworkPolicy[] {
  return globalPolicies.filter((policy) => isOurs(policy) && ipOf(policy) === ip.text);
}

/** That of the policy that allows, which is the first. */
function orderOf(objects: CalicoObjects, ip: Ip): number | null {
  const orders = policiesOf(objects, ip).flatMap(({ spec }) => spec.order ?? []);
  return orders.length === 2 ? Math.min(...orders) : null;
}

function endpointsWith({ hostEndpoints }: CalicoObjects, ip: Ip): HostEndpoint[] {
  return hostEndpoints.filter((endpoint) => guardMark(endpoint)?.ips.includes(ip.text));
}

function endpointOf(change: CalicoChange): string {
  return change.type === 'put' ? change.object.name : change.name;
}
