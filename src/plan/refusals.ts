import { RefusedError } from '../errors.ts';
import { type Ip, inRange, parseIp, parseRange } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import {
  answeringNodes,
  externalIPs,
  holdersOf,
  outsideIPs,
  servicePorts,
} from '../snapshot/queries.ts';
import { readAssignments } from '../snapshot/records.ts';
import type { HolderChoice } from './choose-holder.ts';
import type { ForceName } from './force-names.ts';
import type { ServiceRef } from './service-ref.ts';

/** A safety check that said no. */
export interface Refusal {
  force: ForceName;
  message: string;
  /** What the message sums up, one by one. */
  items?: readonly string[];
}

/** What speaks against the address as an external IP of the Service, wherever it is held. */
export function refuseAddress(snapshot: Snapshot, ref: ServiceRef, ip: Ip): Refusal[] {
  return [
    ...nodeAddress(snapshot, ip),
    ...apiServer(snapshot, ip),
    ...clusterIP(snapshot, ip),
    ...foreignRange(snapshot, ip),
    ...portTaken(snapshot, ref, ip),
  ];
}

/** What speaks against holding the address there: another node has it. */
export function refusePlace(snapshot: Snapshot, ip: Ip, holder: HolderChoice): Refusal[] {
  return holdersOf(snapshot, ip.text)
    .filter(({ node }) => node !== holder.node)
    .map((other) => ({
      force: 'answered',
      message: `${other.node} has ${ip.text}/${other.prefix} on ${other.interface}`,
    }));
}

function nodeAddress(snapshot: Snapshot, ip: Ip): Refusal[] {
  const reported = reportedAddress(snapshot, ip);
  return reported.length > 0 ? reported : primaryAddress(snapshot, ip);
}

/**
 * The address that gives a node its place on a segment: its prefix is a subnet's, and it is no
 * `secondary`, as every further IPv4 address of that subnet is.
 */
function primaryAddress(snapshot: Snapshot, ip: Ip): Refusal[] {
  const single = ip.family === 4 ? 32 : 128;
  return answeringNodes(snapshot).flatMap(({ name, facts }) =>
    facts.interfaces
      .filter(({ loopback }) => !loopback)
      .flatMap((link) =>
        link.addresses
          .filter(({ prefix, flags }) => prefix < single && !flags.includes('secondary'))
          .filter((address) => address.ip === ip.text)
          .map(({ prefix }) => ({
            force: 'node-address' as const,
            message: `${ip.text}/${prefix} is node ${name}'s own address on ${link.name}`,
          })),
      ),
  );
}

function reportedAddress({ cluster }: Snapshot, ip: Ip): Refusal[] {
  return cluster.nodes.flatMap((node) => {
    const address = node.status?.addresses?.find(
      (candidate) => parseIp(candidate.address)?.text === ip.text,
    );
    return address
      ? [
          {
            force: 'node-address' as const,
            message: `${ip.text} is node ${node.metadata.name}'s own address (${address.type})`,
          },
        ]
      : [];
  });
}

function apiServer({ cluster }: Snapshot, ip: Ip): Refusal[] {
  return cluster.apiServerAddresses.some((address) => parseIp(address)?.text === ip.text)
    ? [{ force: 'api-server', message: `${ip.text} is the API server's address` }]
    : [];
}

function clusterIP({ cluster }: Snapshot, ip: Ip): Refusal[] {
  const owner = cluster.services.find((service) =>
    [service.spec.clusterIP, ...(service.spec.clusterIPs ?? [])].some(
      (text) => text && parseIp(text)?.text === ip.text,
    ),
  );
  return owner
    ? [{ force: 'cluster-ip', message: `${ip.text} is the clusterIP of ${serviceKey(owner)}` }]
    : [];
}

function foreignRange({ cluster }: Snapshot, ip: Ip): Refusal[] {
  return cluster.ranges.flatMap(({ kind, cidr, owner }) => {
    const range = parseRange(cidr);
    if (!range || !inRange(range, ip)) return [];
    const force = kind === 'pod' ? ('pod-range' as const) : ('pool' as const);
    return [{ force, message: `${ip.text} is in ${cidr}, which belongs to ${owner}` }];
  });
}

/** What was assigned before and is served is only completed: that takes nothing from anybody. */
function portTaken(snapshot: Snapshot, ref: ServiceRef, ip: Ip): Refusal[] {
  const own = snapshot.cluster.services.find((service) => service.metadata.uid === ref.uid);
  if (own && isAssigned(own, ip)) return [];
  return takenPorts(snapshot, ref, ip).map((message) => ({ force: 'port-taken', message }));
}

/** What is said of the ports of an assigned address that other Services were given since. */
export function contested(snapshot: Snapshot, service: Service, ip: Ip): string[] {
  if (!isAssigned(service, ip)) return [];
  return takenPorts(snapshot, { uid: service.metadata.uid ?? '' }, ip).map(
    (message) => `${message}, too: kube-proxy serves one of them`,
  );
}

function isAssigned(service: Service, ip: Ip): boolean {
  return (
    externalIPs(service).includes(ip.text) &&
    readAssignments(service).assignments.some((entry) => entry.ip === ip.text)
  );
}

function takenPorts(snapshot: Snapshot, ref: Pick<ServiceRef, 'uid'>, ip: Ip): string[] {
  const { services } = snapshot.cluster;
  const own = services.find((service) => service.metadata.uid === ref.uid);
  const wanted = new Set((own ? servicePorts(own) : []).map(portKey));
  return services
    .filter((service) => service !== own && recordedIPs(service).includes(ip.text))
    .flatMap((other) =>
      servicePorts(other)
        .filter((port) => wanted.has(portKey(port)))
        .map(
          (port) => `${ip.text}:${port.port}/${port.protocol} is served by ${serviceKey(other)}`,
        ),
    );
}

/** Also those of a run that was cut off: its last write may still be on its way. */
function recordedIPs(service: Service): string[] {
  return [...outsideIPs(service), ...readAssignments(service).assignments.map(({ ip }) => ip)];
}

function portKey({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}

/** Throws RefusedError naming every refusal that `--force` does not; else returns the forced ones. */
export function enforce(refusals: readonly Refusal[], forced: ReadonlySet<string>): Refusal[] {
  const standing = refusals.filter(({ force }) => !forced.has(force));
  const [first] = standing;
  if (!first) return [...refusals];
  const flags = [...new Set(standing.map(({ force }) => force))].map((name) => `--force ${name}`);
  throw new RefusedError(standing.map(({ message }) => message).join('; '), {
    reason: first.force,
    items: standing.flatMap(({ items = [] }) => items),
    help: `if you know better: ${flags.join(' ')}`,
  });
}
