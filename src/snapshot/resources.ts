/** A resource of the API that a snapshot keeps, in `cluster/<resource>.json`. */
export interface ResourceDeclaration {
  resource: string;
  kind: string;
  /** In which it may be served, e.g. `v1`; the first one that is there is read. */
  versions: readonly string[];
}

const CALICO = ['projectcalico.org/v3', 'crd.projectcalico.org/v1'];
const METALLB = ['metallb.io/v1beta1'];

/** In the order in which `snapshot show` has them. Secrets are not among them. */
export const RESOURCES = [
  { resource: 'services', kind: 'Service', versions: ['v1'] },
  { resource: 'endpointslices', kind: 'EndpointSlice', versions: ['discovery.k8s.io/v1'] },
  { resource: 'nodes', kind: 'Node', versions: ['v1'] },
  { resource: 'pods', kind: 'Pod', versions: ['v1'] },
  { resource: 'namespaces', kind: 'Namespace', versions: ['v1'] },
  { resource: 'events', kind: 'Event', versions: ['v1'] },
  { resource: 'leases', kind: 'Lease', versions: ['coordination.k8s.io/v1'] },
  { resource: 'configmaps', kind: 'ConfigMap', versions: ['v1'] },
  { resource: 'ipaddresspools', kind: 'IPAddressPool', versions: METALLB },
  { resource: 'l2advertisements', kind: 'L2Advertisement', versions: METALLB },
  { resource: 'bgpadvertisements', kind: 'BGPAdvertisement', versions: METALLB },
  { resource: 'tiers', kind: 'Tier', versions: CALICO },
  { resource: 'profiles', kind: 'Profile', versions: CALICO.slice(0, 1) },
  { resource: 'hostendpoints', kind: 'HostEndpoint', versions: CALICO },
  { resource: 'globalnetworkpolicies', kind: 'GlobalNetworkPolicy', versions: CALICO },
  { resource: 'networkpolicies', kind: 'NetworkPolicy', versions: CALICO },
  { resource: 'globalnetworksets', kind: 'GlobalNetworkSet', versions: CALICO },
  { resource: 'networksets', kind: 'NetworkSet', versions: CALICO },
  { resource: 'felixconfigurations', kind: 'FelixConfiguration', versions: CALICO },
  { resource: 'bgpconfigurations', kind: 'BGPConfiguration', versions: CALICO },
  { resource: 'ippools', kind: 'IPPool', versions: CALICO },
  { resource: 'clusterinformations', kind: 'ClusterInformation', versions: CALICO },
] as const satisfies readonly ResourceDeclaration[];

export type ResourceName = (typeof RESOURCES)[number]['resource'];

/** How a resource is declared. */
export function declarationOf(resource: ResourceName): ResourceDeclaration {
  return RESOURCES.find((one) => one.resource === resource) as ResourceDeclaration;
}
