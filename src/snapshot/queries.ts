import { type Cidr, type Ip, inRange, parseCidr, parseIp } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import { type Service, serviceKey } from './kubernetes.ts';
import type { NetworkInterface, NodeFacts, Snapshot } from './model.ts';
import { type NodeRecord, readAssignments } from './records.ts';

/** The Service of this name, or null. */
export function findService(
  snapshot: Snapshot,
  ref: { namespace: string; name: string },
): Service | null {
  const key = `${ref.namespace}/${ref.name}`;
  return snapshot.cluster.services.find((service) => serviceKey(service) === key) ?? null;
}

/** spec.externalIPs in canonical form; what is no address is left out. */
export function externalIPs(service: Service): string[] {
  return (service.spec.externalIPs ?? []).flatMap((text) => parseIp(text)?.text ?? []);
}

/** The addresses that a Service is served on from outside: external IPs and load-balancer IPs. */
export function outsideIPs(service: Service): string[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const balanced = ingress.flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? ip : []));
  return [...externalIPs(service), ...balanced.flatMap((text) => parseIp(text)?.text ?? [])];
}

/** Why kube-proxy serves none of the Service's addresses, external ones too; null: it does. */
export function whyNotProxied({ spec }: Service): string | null {
  if (spec.type === 'ExternalName') return 'of type ExternalName, a name in DNS alone';
  return spec.clusterIP === 'None' ? 'headless (its clusterIP is None)' : null;
}

/** `port/protocol` pairs of a Service, with Kubernetes' default of TCP. */
export function servicePorts(service: Service): { port: number; protocol: string }[] {
  return (service.spec.ports ?? []).map(({ port, protocol }) => ({
    port,
    protocol: protocol ?? 'TCP',
  }));
}

/** Whether not all objects of the resource could be read. */
export function isUnread(
  { cluster }: Snapshot,
  resource: 'services' | 'endpointslices' | 'nodes',
): boolean {
  return cluster.unknown.some((one) => one.resource === resource);
}

/** One address that a node's interface carries. */
export interface Holder {
  node: string;
  interface: string;
  prefix: number;
}

/** Where the address is, on all nodes that answered. */
export function holdersOf(snapshot: Snapshot, ip: string): Holder[] {
  return holdersByIp(snapshot).get(ip) ?? [];
}

/** Whether the node has the address on any of its interfaces. */
export function hasAddress(snapshot: Snapshot, node: string, ip: string): boolean {
  return holdersOf(snapshot, ip).some((holder) => holder.node === node);
}

const holdersByIp = oncePer((snapshot: Snapshot) => {
  const index = new Map<string, Holder[]>();
  for (const { name: node, facts } of answeringNodes(snapshot)) {
    for (const link of facts.interfaces) {
      for (const { ip, prefix } of link.addresses) {
        add(index, ip, { node, interface: link.name, prefix });
      }
    }
  }
  return index;
});

/** One record that a node keeps. */
export interface KeptRecord {
  node: string;
  record: NodeRecord;
}

/** The records that nodes keep of the address, with the node's name. */
export function recordsOf(snapshot: Snapshot, ip: string): KeptRecord[] {
  return recordsByIp(snapshot).get(ip) ?? [];
}

const recordsByIp = oncePer((snapshot: Snapshot) => {
  const index = new Map<string, KeptRecord[]>();
  for (const { name: node, facts } of answeringNodes(snapshot)) {
    for (const record of facts.records) add(index, record.ip, { node, record });
  }
  return index;
});

/** Whether the node's own record, for a Service of this cluster, says that it has the address there. */
export function isRecorded(
  snapshot: Snapshot,
  ip: string,
  place: { node: string; interface: string },
): boolean {
  return recordsOf(snapshot, ip).some(
    ({ node, record }) =>
      node === place.node &&
      record.interface === place.interface &&
      record.cluster === snapshot.cluster.uid &&
      record.services.some(({ uid }) => isLive(snapshot, node, ip, uid)),
  );
}

/**
 * Whether a Service of this uid exists and still says that the node holds the address for it. What
 * cannot be read may well say so: then it counts as in use.
 */
export function isLive(snapshot: Snapshot, node: string, ip: string, uid: string): boolean {
  const service = servicesByUid(snapshot).get(uid);
  if (!service) return isUnread(snapshot, 'services');
  const { assignments, damaged } = readAssignments(service);
  if (damaged !== undefined) return true;
  return assignments.some((entry) => entry.ip === ip && entry.node === node);
}

const servicesByUid = oncePer(
  ({ cluster }: Snapshot) =>
    new Map(cluster.services.map((service) => [service.metadata.uid, service])),
);

/** Whether the node itself lives by the address: its Node reports it, or ssh came in on it. */
export function isOwnAddress(snapshot: Snapshot, node: string, ip: string): boolean {
  const object = snapshot.cluster.nodes.find(({ metadata }) => metadata.name === node);
  const reported = (object?.status?.addresses ?? []).map(({ address }) => address);
  const ssh = snapshot.nodes[node]?.facts?.sshAddress;
  return [...reported, ssh].some((text) => text && parseIp(text)?.text === ip);
}

/** The nodes that answered, by name. */
export function answeringNodes(snapshot: Snapshot): { name: string; facts: NodeFacts }[] {
  return Object.values(snapshot.nodes)
    .flatMap(({ name, facts }) => (facts ? [{ name, facts }] : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The interface's subnet that holds the address; null where none does. A loopback has none. */
export function subnetHolding(link: NetworkInterface, ip: Ip): Cidr | null {
  const single = ip.family === 4 ? 32 : 128;
  const subnets = link.addresses.flatMap(
    (address) => parseCidr(`${address.ip}/${address.prefix}`) ?? [],
  );
  const holding = subnets.find(({ prefix, ...range }) => prefix < single && inRange(range, ip));
  return (!link.loopback && holding) || null;
}

/** Every interface that is up, on every node that answered, whose subnet holds the address. */
export function interfacesOnSegment(snapshot: Snapshot, ip: Ip): Holder[] {
  return answeringNodes(snapshot).flatMap(({ name: node, facts }) =>
    facts.interfaces.flatMap((link) => {
      const subnet = link.up ? subnetHolding(link, ip) : null;
      return subnet ? [{ node, interface: link.name, prefix: subnet.prefix }] : [];
    }),
  );
}

function add<T>(index: Map<string, T[]>, ip: string, value: T): void {
  const values = index.get(ip);
  if (values) values.push(value);
  else index.set(ip, [value]);
}
