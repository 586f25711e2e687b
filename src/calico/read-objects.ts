import type * as z from 'zod/mini';
import { declarationOf } from '../snapshot/resources.ts';
import { STORED_METADATA, storedLabels } from '../snapshot/stored-labels.ts';
import type { ApiObject } from '../snapshot/trim.ts';
import {
  CALICO_RESOURCES,
  type CalicoResource,
  type ClusterInformation,
  type FelixConfiguration,
  FORMS,
  type GlobalNetworkPolicy,
  type HostEndpoint,
  type IPPool,
  type NetworkPolicy,
  type NetworkSet,
  type Profile,
  type Tier,
} from './objects.ts';

/** What was read of Calico's objects. */
export interface CalicoObjects {
  tiers: Tier[];
  profiles: Profile[];
  hostEndpoints: HostEndpoint[];
  globalPolicies: GlobalNetworkPolicy[];
  networkPolicies: NetworkPolicy[];
  networkSets: NetworkSet[];
  felixConfigurations: FelixConfiguration[];
  ipPools: IPPool[];
  clusterInformations: ClusterInformation[];
  /** The API that they are of; null: there are none, or nothing says it. */
  api: string | null;
  /** `absent`: all could be read, and there is not one; `unknown`: there is none, but not all could be. */
  presence: 'present' | 'absent' | 'unknown';
  /** What could not be read, or is not as Calico has it, and why. */
  unread: { resource: CalicoResource; reason: string }[];
}

/** What a cluster or a snapshot has of a resource. */
export interface RawList {
  items: readonly ApiObject[];
  /** Why these are not all; null: they are. */
  reason: string | null;
}

/**
 * Calico's objects, each validated: one that is not as Calico has it is left out, and its resource is not
 * fully known. Of objects from crd.projectcalico.org labels are taken from where Calico keeps them.
 */
export function readCalicoObjects(lists: Readonly<Record<CalicoResource, RawList>>): CalicoObjects {
  const unread: CalicoObjects['unread'] = [];
  const read = <R extends CalicoResource>(resource: R) => {
    const { items, reason } = lists[resource];
    if (reason !== null) unread.push({ resource, reason });
    return items.flatMap((item) => {
      const parsed = FORMS[resource].safeParse(withCalicoLabels(item));
      if (parsed.success) return [parsed.data as z.infer<(typeof FORMS)[R]>];
      unread.push({ resource, reason: faultOf(resource, item, parsed.error) });
      return [];
    });
  };
  const objects = {
    tiers: read('tiers'),
    profiles: read('profiles'),
    hostEndpoints: read('hostendpoints'),
    globalPolicies: read('globalnetworkpolicies'),
    networkPolicies: read('networkpolicies'),
    networkSets: [...read('globalnetworksets'), ...read('networksets')],
    felixConfigurations: read('felixconfigurations'),
    ipPools: read('ippools'),
    clusterInformations: read('clusterinformations'),
  };
  const items = CALICO_RESOURCES.flatMap((resource) => lists[resource].items);
  const absent = unread.length > 0 ? 'unknown' : 'absent';
  return { ...objects, api: apiOf(items), presence: items.length > 0 ? 'present' : absent, unread };
}

function apiOf(items: readonly ApiObject[]): string | null {
  const { versions } = declarationOf('hostendpoints');
  return versions.find((version) => items.some((item) => item?.apiVersion === version)) ?? null;
}

function faultOf(resource: CalicoResource, item: ApiObject, error: z.core.$ZodError): string {
  const { name } = (item?.metadata ?? {}) as { name?: unknown };
  const path = error.issues[0]?.path.map(String).join('.') || 'the whole';
  const { kind } = declarationOf(resource);
  return `${kind} ${typeof name === 'string' ? name : '(no name)'}: ${path} is not as Calico has it`;
}

/**
 * In crd.projectcalico.org/v1 an object that Calico wrote has its labels in an annotation; one that
 * kubectl wrote has them where Kubernetes does.
 */
function withCalicoLabels(item: ApiObject): ApiObject {
  if (typeof item !== 'object' || item === null) return item;
  const { metadata } = item as { metadata?: { annotations?: Record<string, unknown> } };
  const stored = metadata?.annotations?.[STORED_METADATA];
  if (item.apiVersion !== 'crd.projectcalico.org/v1' || typeof stored !== 'string') return item;
  const labels = storedLabels(stored);
  return labels === null ? item : { ...item, metadata: { ...metadata, labels } };
}
