import { type AddressesInUse, addressesInUse } from '../../metallb/addresses-in-use.ts';
import { type OldConfig, readOldConfig } from '../../metallb/config-map.ts';
import {
  type Advertisement,
  type IPAddressPool,
  readAdvertisements,
  readPoolObjects,
} from '../../metallb/objects.ts';
import {
  overlapping,
  type Pool,
  poolsOfConfigMap,
  poolsOfObjects,
  whyRefused,
} from '../../metallb/pools.ts';
import type { Form } from '../../metallb/why-pending.ts';
import { oncePer } from '../../once-per.ts';
import type { ObjectMeta, Service } from '../../snapshot/kubernetes.ts';
import type { ResourceName } from '../../snapshot/resources.ts';
import { type ClusterSnapshot, objectsOf } from '../cluster-snapshot.ts';

/** What a snapshot has of MetalLB. */
export interface MetalLb {
  /** With objects of 0.13 and later the ConfigMap is not read. */
  form: Form;
  pools: readonly Pool[];
  poolObjects: readonly IPAddressPool[];
  advertisements: readonly Advertisement[];
  /** Of 0.12 and before; null: there is none. */
  oldConfig: OldConfig | null;
  /** An object is not as MetalLB has it: what it means is not known. */
  isDoubtful: boolean;
  /** MetalLB takes none of it, and goes on with what it had before. */
  isStale: boolean;
  inUse: AddressesInUse;
  pods: readonly MetalLbPod[];
}

/** A Pod of MetalLB's. */
export interface MetalLbPod {
  metadata: ObjectMeta;
  spec?: { nodeName?: string };
  status?: { conditions?: { type?: string; status?: string }[] };
}

/** What the configuration of MetalLB is read from. */
export const METALLB_CONFIGURATION = [
  'ipaddresspools',
  'l2advertisements',
  'bgpadvertisements',
  'configmaps',
  'namespaces',
] as const satisfies readonly ResourceName[];

const NAMESPACE = 'metallb-system';

interface ConfigMap {
  metadata: ObjectMeta;
  data?: Record<string, unknown>;
}

/** What there is of MetalLB. */
export const metalLbOf = oncePer((cluster: ClusterSnapshot): MetalLb => {
  const { lists } = cluster;
  const pools = readPoolObjects(lists.ipaddresspools.items);
  const advertisements = readAdvertisements([
    ...lists.l2advertisements.items,
    ...lists.bgpadvertisements.items,
  ]);
  const namespaces = objectsOf<{ metadata: ObjectMeta }>(cluster, 'namespaces');
  const oldConfig = oldConfigOf(cluster);
  const hasObjects = pools.items.length + advertisements.items.length > 0;
  const isOld = !hasObjects && oldConfig !== null;
  const own = isOld
    ? poolsOfConfigMap(oldConfig)
    : poolsOfObjects(pools.items, advertisements.items, namespaces);
  return {
    form: isOld ? 'configmap' : 'objects',
    pools: own,
    isStale:
      overlapping(own).length > 0 ||
      (isOld ? oldConfig.faults.length > 0 : pools.items.some((pool) => whyRefused(pool) !== null)),
    poolObjects: pools.items,
    advertisements: advertisements.items,
    oldConfig,
    isDoubtful: !pools.areAll || !advertisements.areAll,
    inUse: addressesInUse(cluster.cluster.services),
    pods: objectsOf<MetalLbPod>(cluster, 'pods').filter(
      ({ metadata }) => metadata.namespace === NAMESPACE,
    ),
  };
});

function oldConfigOf(cluster: ClusterSnapshot): OldConfig | null {
  const own = objectsOf<ConfigMap>(cluster, 'configmaps').find(
    ({ metadata }) => metadata.namespace === NAMESPACE && metadata.name === 'config',
  );
  const text = own?.data?.config;
  return typeof text === 'string' ? readOldConfig(text) : null;
}

/** Of a check that is about MetalLB: why there is nothing to look at; null: there is. */
export function withoutMetalLb(cluster: ClusterSnapshot): string | null {
  const { pools, advertisements, oldConfig, isDoubtful, pods } = metalLbOf(cluster);
  const isThere = pools.length + advertisements.length + pods.length > 0;
  return isThere || oldConfig !== null || isDoubtful ? null : 'there is no MetalLB';
}

/** The Pods of a component, by the labels of MetalLB's manifests and of its chart. */
export function podsOf({ pods }: MetalLb, component: 'controller' | 'speaker'): MetalLbPod[] {
  return pods.filter(({ metadata: { labels = {} } }) =>
    [labels.component, labels['app.kubernetes.io/component']].includes(component),
  );
}

export function isPodReady({ status }: MetalLbPod): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: is }) => type === 'Ready' && is === 'True',
  );
}

/** A Service that MetalLB is to give an address, and that has none. One with a class may be another's. */
export function isWaiting({ spec, status }: Service): boolean {
  return (
    spec.type === 'LoadBalancer' &&
    !spec.loadBalancerClass &&
    (status?.loadBalancer?.ingress ?? []).length === 0
  );
}
