/**
 * The fields of Kubernetes objects that extip reads, as the API sends them (JSON, dates as
 * strings). Objects keep every other field too: they are never rebuilt from these types.
 */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: ManagedFieldsEntry[];
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  nodePort?: number;
  targetPort?: number | string;
}

export interface Service {
  metadata: ObjectMeta;
  spec: {
    type?: string;
    clusterIP?: string;
    clusterIPs?: string[];
    externalIPs?: string[];
    externalTrafficPolicy?: string;
    internalTrafficPolicy?: string;
    healthCheckNodePort?: number;
    loadBalancerSourceRanges?: string[];
    sessionAffinity?: string;
    sessionAffinityConfig?: { clientIP?: { timeoutSeconds?: number } };
    ipFamilies?: string[];
    ports?: ServicePort[];
    loadBalancerIP?: string;
    loadBalancerClass?: string;
    ipFamilyPolicy?: string;
    selector?: Record<string, string>;
  };
  status?: { loadBalancer?: { ingress?: { ip?: string; ipMode?: string; hostname?: string }[] } };
}

export interface EndpointSlice {
  metadata: ObjectMeta;
  addressType: string;
  endpoints?: Endpoint[];
  ports?: { name?: string; port?: number; protocol?: string }[];
}

export interface Endpoint {
  addresses: string[];
  nodeName?: string;
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  targetRef?: { kind?: string; name?: string; namespace?: string };
  /** Which nodes are to use it alone. */
  hints?: Record<string, unknown>;
}

export interface Node {
  metadata: ObjectMeta;
  spec?: { podCIDR?: string; podCIDRs?: string[]; unschedulable?: boolean };
  status?: {
    addresses?: { type: string; address: string }[];
    conditions?: { type: string; status: string }[];
    nodeInfo?: { machineID?: string; kubeProxyVersion?: string; kubeletVersion?: string };
  };
}

export interface Pod {
  metadata: ObjectMeta;
  spec?: { nodeName?: string; hostNetwork?: boolean; containers?: { ports?: ContainerPort[] }[] };
  status?: { podIP?: string; podIPs?: { ip?: string }[] };
}

export interface ContainerPort {
  containerPort: number;
  /** Of the node. */
  hostPort?: number;
  /** Of the node's addresses that alone; none: all of them. */
  hostIP?: string;
  protocol?: string;
}

export interface Lease {
  metadata: ObjectMeta;
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    leaseTransitions?: number;
    acquireTime?: string;
    renewTime?: string;
  };
}

/** Where to find a Service. */
export interface ServiceName {
  namespace: string;
  name: string;
}

/** `namespace/name`, as messages and keys show it. */
export function serviceKey(service: Pick<Service, 'metadata'>): string {
  return `${service.metadata.namespace ?? 'default'}/${service.metadata.name}`;
}

/** The key of the Service that the slice is of; undefined: its labels do not say. */
export function serviceKeyOfSlice({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.['kubernetes.io/service-name'];
  return name && serviceKey({ metadata: { ...metadata, name } });
}
