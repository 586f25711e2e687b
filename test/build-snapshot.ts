import type { EndpointSlice, Node, Service } from '../src/snapshot/kubernetes.ts';
import type {
  ClusterState,
  InterfaceAddress,
  NetworkInterface,
  NodeFacts,
  NodeState,
  Snapshot,
} from '../src/snapshot/model.ts';
import {
  ASSIGNMENTS_ANNOTATION,
  type Assignment,
  type NodeRecord,
  writeAssignments,
} from '../src/snapshot/records.ts';

/**
 * A snapshot of scenario S2: nodes k0 (10.1.0.180, ens34 20.1.0.160) and k2 (10.1.0.179, ens34
 * 20.1.0.150), and the Service default/svc-test-1 on port 80.
 */
export function buildSnapshot(
  cluster: Partial<ClusterState> = {},
  nodes: NodeState[] = [buildNodeState('k0'), buildNodeState('k2')],
): Snapshot {
  const services = cluster.services ?? [buildService()];
  return {
    cluster: {
      uid: CLUSTER,
      apiServerAddresses: ['10.1.0.180'],
      services,
      nodes: [buildNode('k0'), buildNode('k2')],
      endpointSlices: services.map(buildEndpointSlice),
      ranges: [],
      unknown: [],
      ...cluster,
    },
    nodes: Object.fromEntries(nodes.map((node) => [node.name, node])),
  };
}

export const CLUSTER = '4f7d7c6e-0000-4000-8000-000000000001';

/** The address that scenario S2 assigns. */
export const IP = '20.1.0.167';

const HOSTS = {
  k0: { management: '10.1.0.180', external: '20.1.0.160', mac: '02:00:14:01:00:a0' },
  k2: { management: '10.1.0.179', external: '20.1.0.150', mac: '02:00:14:01:00:96' },
};
type HostName = keyof typeof HOSTS;

export function buildService(
  metadata: Partial<Service['metadata']> = {},
  spec: Partial<Service['spec']> = {},
): Service {
  const name = metadata.name ?? 'svc-test-1';
  return {
    metadata: { namespace: 'default', name, uid: `uid-${name}`, resourceVersion: '1', ...metadata },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.111.30.201',
      ipFamilies: ['IPv4'],
      ports: [{ port: 80, protocol: 'TCP', targetPort: 'web-port' }],
      ...spec,
    },
  };
}

/** A Service that extip's annotation says this of. */
export function buildAssigned(
  assignments: Assignment[],
  metadata: Partial<Service['metadata']> = {},
  spec: Partial<Service['spec']> = { externalIPs: assignments.map(({ ip }) => ip) },
): Service {
  const annotations = { [ASSIGNMENTS_ANNOTATION]: writeAssignments(assignments) };
  return buildService({ annotations, ...metadata }, spec);
}

export function buildAssignment(changes: Partial<Assignment> = {}): Assignment {
  return {
    ip: IP,
    node: 'k0',
    interface: 'ens34',
    method: 'externalIPs',
    phase: 'assigned',
    preexisting: false,
    runId: 'run-1',
    by: 'root@operator',
    at: '2026-03-01T10:00:00.000Z',
    ...changes,
  };
}

export function buildRecord(changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    version: 1,
    ip: IP,
    prefix: 32,
    interface: 'ens34',
    label: 'ens34:extip',
    preexisting: false,
    cluster: CLUSTER,
    services: [{ namespace: 'default', name: 'svc-test-1', uid: 'uid-svc-test-1', runId: 'run-1' }],
    ...changes,
  };
}

export function buildNode(name: HostName, machineID = `machine-${name}`): Node {
  return {
    metadata: { name },
    status: {
      addresses: [
        { type: 'InternalIP', address: HOSTS[name].management },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: { machineID },
    },
  };
}

/** What a node answered: `extra` addresses on its ens34, and the records it keeps. */
export function buildNodeState(
  name: HostName,
  {
    extra = [],
    ...facts
  }: Partial<NodeFacts> & { extra?: (Partial<InterfaceAddress> & { ip: string })[] } = {},
): NodeState {
  const { management, external, mac } = HOSTS[name];
  return {
    name,
    status: 'ok',
    reachedBy: `${name} (Host ${name} in the ssh configuration)`,
    facts: {
      machineId: `machine-${name}`,
      hostname: name,
      root: true,
      restore: { unit: 'absent', obstacle: 'there is no systemd' },
      arping: 'iputils',
      sshAddress: management,
      interfaces: [
        buildLink('lo', [{ ip: '127.0.0.1', prefix: 8 }], { loopback: true, mac: null }),
        buildLink('ens33', [{ ip: management, prefix: 24 }]),
        buildLink('ens34', [{ ip: external, prefix: 24 }, ...extra], { mac }),
      ],
      records: [],
      damagedRecords: [],
      ...facts,
    },
  };
}

export function buildLink(
  name: string,
  addresses: (Partial<InterfaceAddress> & { ip: string })[],
  changes: Partial<NetworkInterface> = {},
): NetworkInterface {
  return {
    name,
    up: true,
    loopback: false,
    mac: '02:00:0a:01:00:01',
    addresses: addresses.map((address) => ({ prefix: 32, label: null, flags: [], ...address })),
    ...changes,
  };
}

/** A node that could not be read. */
export function buildUnread(name: HostName): NodeState {
  return { name, status: 'unreachable', message: 'No route to host', reachedBy: `${name} (DNS)` };
}

export function buildEndpointSlice({ metadata }: Pick<Service, 'metadata'>): EndpointSlice {
  const { namespace, name } = metadata;
  return {
    metadata: {
      namespace,
      name: `${name}-abcde`,
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.168.99.39'], conditions: { ready: true } }],
  };
}
