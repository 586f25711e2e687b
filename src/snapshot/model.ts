import type { EndpointSlice, Node, Service } from './kubernetes.ts';
import type { NodeRecord } from './records.ts';

/** Everything that was read, as plain data; pure functions take it, nobody changes it. */
export interface Snapshot {
  cluster: ClusterState;
  /** By Node name. A node that was not asked is absent: not known, never empty. */
  nodes: Record<string, NodeState>;
}

export interface ClusterState {
  /** uid of the namespace kube-system: which cluster this is. */
  uid: string;
  /** The API server's host as the kubeconfig names it, and the addresses that serve it. */
  apiServerAddresses: string[];
  services: Service[];
  nodes: Node[];
  endpointSlices: EndpointSlice[];
  /** Address ranges that somebody else hands out or uses, and who that is. */
  ranges: AddressRange[];
  /** What could not be read, and why: the answers that need it say so. */
  unknown: { resource: string; reason: string }[];
}

/** `cidr` is a CIDR or `FIRST-LAST`, as the object says it. */
export interface AddressRange {
  kind: 'pod' | 'pool';
  cidr: string;
  /** e.g. `Node k0`, `IPPool default-ipv4`, `MetalLB IPAddressPool poc`. */
  owner: string;
}

/** `unknown`: it is in no file of the snapshot that was loaded. */
export type NodeStatus = 'ok' | 'unreachable' | 'denied' | 'failed' | 'unknown';

/** What one node answered. */
export interface NodeState {
  name: string;
  status: NodeStatus;
  /** Why it is not `ok`, in one line, with what ssh said. */
  message?: string;
  /** Which rule chose the target, e.g. `k0 (Host k0 in the ssh configuration)`. */
  reachedBy: string;
  /** Present where the node answered. */
  facts?: NodeFacts;
}

export interface NodeFacts {
  machineId: string | null;
  hostname: string;
  /** Scripts run as root there (directly or by sudo -n). */
  root: boolean;
  restore: RestoreState;
  /** Which arping, by its `-V`; null: none, or nobody asked; ping and `ip neigh` are used instead. */
  arping: ArpingKind | null;
  /** The address the ssh connection came in on (SSH_CONNECTION), where there is one. */
  sshAddress: string | null;
  /** The other end of that connection, and the port here; absent in a snapshot, or where there is none. */
  sshFrom?: { client: string; port: number };
  interfaces: NetworkInterface[];
  records: NodeRecord[];
  /** Files in the records' folder that are no record of ours, with the reason. */
  damagedRecords: { file: string; reason: string }[];
  /** Why neither records nor `restore` are known: nobody asked, or a snapshot lacks their files. */
  recordsUnread?: string;
}

/** The three programs of this name, which have not the same options. */
export type ArpingKind = 'iputils' | 'habets' | 'busybox';

/** What puts addresses back after a boot of the node. */
export interface RestoreState {
  /** `current`: enabled and as this extip writes it; `other`: enabled, of another version. */
  unit: 'current' | 'other' | 'absent';
  /** Why it cannot be installed, e.g. `there is no systemd`; null: it can. */
  obstacle: string | null;
}

/** One link of `ip -j addr`. */
export interface NetworkInterface {
  name: string;
  up: boolean;
  loopback: boolean;
  mac: string | null;
  /** In bytes; absent: `ip` did not say. */
  mtu?: number;
  addresses: InterfaceAddress[];
}

export interface InterfaceAddress {
  ip: string;
  prefix: number;
  label: string | null;
  /** `tentative`, `dadfailed`, `deprecated`, `secondary`, … as the kernel has them. */
  flags: string[];
}
