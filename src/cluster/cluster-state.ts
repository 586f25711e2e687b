import {
  type EndpointSlice,
  type Node,
  type ObjectMeta,
  type Service,
  serviceKeyOfSlice,
} from '../snapshot/kubernetes.ts';
import type { AddressRange, ClusterState } from '../snapshot/model.ts';
import { type PoolLists, rangesOfPools } from './address-pools.ts';

/** What could be read of a resource: all of it, unless `unknown` says why not. */
export interface Listed<T> {
  items: T[];
  unknown: ClusterState['unknown'];
}

/** The objects that every command goes by, from a live cluster or from a snapshot. */
export interface ClusterLists extends PoolLists {
  namespaces: Listed<{ metadata: ObjectMeta }>;
  services: Listed<Service>;
  nodes: Listed<Node>;
  endpointslices: Listed<EndpointSlice>;
}

/** What the lists say of the cluster; `ownAddresses`: those that we reach the API server by. */
export function clusterState(lists: ClusterLists, ownAddresses: string[]): ClusterState {
  const { namespaces, services, nodes, endpointslices } = lists;
  const system = namespaces.items.find(({ metadata }) => metadata.name === 'kube-system');
  const pools = rangesOfPools(lists);
  return {
    uid: system?.metadata.uid ?? '',
    apiServerAddresses: apiServerAddresses(ownAddresses, endpointslices.items),
    services: services.items,
    nodes: nodes.items,
    endpointSlices: endpointslices.items,
    ranges: [...nodes.items.flatMap(podRanges), ...pools.ranges],
    unknown: [
      ...namespaces.unknown,
      ...services.unknown,
      ...nodes.unknown,
      ...endpointslices.unknown,
      ...pools.unknown,
    ],
  };
}

/** Those, and the addresses that the Service default/kubernetes leads to. */
function apiServerAddresses(own: string[], slices: EndpointSlice[]): string[] {
  const behind = slices
    .filter((slice) => serviceKeyOfSlice(slice) === 'default/kubernetes')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ addresses }) => addresses);
  return [...new Set([...own, ...behind])];
}

function podRanges({ metadata, spec }: Node): AddressRange[] {
  const cidrs = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
  return cidrs.map((cidr) => ({ kind: 'pod', cidr, owner: `Node ${metadata.name}` }));
}
