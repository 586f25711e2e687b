import { coveredInterfaces, placeOf } from '../calico/covered.ts';
import {
  type GuardChanges,
  guardChanges,
  guardedNodes,
  unguardChanges,
} from '../calico/guard-changes.ts';
import type { GuardedService } from '../calico/guard-policies.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, outsideIPs, servicePorts } from '../snapshot/queries.ts';
import { type GuardRecord, readAssignments } from '../snapshot/records.ts';
import type { HolderChoice } from './choose-holder.ts';

/** The guard that is asked for: what of it is on record, and what the command says. */
export interface GuardRequest {
  ip: Ip;
  holder: HolderChoice;
  /** What the records of these Services are to say, by uid; of the others their own record counts. */
  records: ReadonlyMap<string, GuardRecord>;
  /** Where ours are to stand among Calico's policies; null: where they do, or usually would. */
  order: number | null;
}

/** The guard of an address as it is to be. */
export interface PlannedGuard extends GuardChanges {
  services: GuardedService[];
  covered: HolderChoice[];
  /** The nodes where nothing is known of it, a sentence each. */
  warnings: string[];
}

/**
 * What makes the guard of the address that of all its Services. Throws RefusedError where one of them has
 * none: its ports would be closed by the guard of the others.
 */
export function planGuard(
  snapshot: Snapshot,
  calico: CalicoObjects,
  { ip, holder, records, order }: GuardRequest,
): PlannedGuard {
  const users = usersOf(snapshot, ip, records);
  const open = users.filter(({ guard }) => guard === undefined);
  if (open.length > 0)
    throw openSharers(
      ip,
      open.map(({ service }) => serviceKey(service)),
    );
  const services = users.map(({ service, guard }) => ({
    key: serviceKey(service),
    ports: servicePorts(service),
    sources: guard?.sources ?? null,
  }));
  const covered = coveredInterfaces(snapshot, ip, holder);
  if (covered.length === 0) throw notOnSegment(ip, holder);
  const places = covered.map((one) => placeOf(snapshot, one));
  const nodes = new Set(answeringNodes(snapshot).map(({ name }) => name));
  const wanted = { ip, services, order, places, nodes };
  const warnings = unguardedNodes(snapshot, calico, ip);
  return { ...guardChanges(calico, wanted), services, covered, warnings };
}

/** What may let others past the guard: kube-proxy serves the address on nodes that cannot be read, too. */
function unguardedNodes({ nodes }: Snapshot, calico: CalicoObjects, ip: Ip): string[] {
  const guarded = guardedNodes(calico, ip);
  return Object.values(nodes).flatMap(({ name, status, message, facts }) => {
    if (facts) return [];
    const why = `${name} is ${status}${message === undefined ? '' : ` (${message})`}`;
    const there = guarded.has(name)
      ? 'it keeps the host endpoints that it has, and others may be missing'
      : `${ip.text} is not guarded there, and a host that routes through it gets past the guard`;
    return `${why}: ${there}; once it answers: extip guard set ${ip.text}`;
  });
}

/** What is left to do when a Service leaves a guarded address: the guard goes with the last one. */
export function planUnguard(
  snapshot: Snapshot,
  calico: CalicoObjects,
  { ip, holder, leaving }: { ip: Ip; holder: HolderChoice; leaving: ReadonlySet<string> },
): GuardChanges {
  const staying = usersOf(snapshot, ip, new Map()).filter(
    ({ service }) => !leaving.has(service.metadata.uid ?? ''),
  );
  if (!staying.some(({ guard }) => guard)) {
    return { changes: unguardChanges(calico, ip), unknown: [] };
  }
  const guarded = new Set(staying.filter(({ guard }) => guard).map(({ service }) => service));
  const others = withServices(snapshot, (service) => guarded.has(service));
  return planGuard(others, calico, { ip, holder, records: new Map(), order: null });
}

/** The Services that have a guard on the address by their own records, without those of these uids. */
export function guardedSharers(
  snapshot: Snapshot,
  ip: Ip,
  without: ReadonlySet<string>,
): Service[] {
  return usersOf(snapshot, ip, new Map())
    .filter(({ service, guard }) => guard && !without.has(service.metadata.uid ?? ''))
    .map(({ service }) => service);
}

interface User {
  service: Service;
  guard: GuardRecord | undefined;
}

/** By name, so that the same Services always make the same rules. */
function usersOf({ cluster }: Snapshot, ip: Ip, records: ReadonlyMap<string, GuardRecord>): User[] {
  return cluster.services
    .flatMap((service): User[] => {
      const entry = readAssignments(service).assignments.find((one) => one.ip === ip.text);
      const wanted = records.get(service.metadata.uid ?? '');
      if (!wanted && !entry && !outsideIPs(service).includes(ip.text)) return [];
      return [{ service, guard: wanted ?? entry?.guard }];
    })
    .sort((a, b) => (serviceKey(a.service) < serviceKey(b.service) ? -1 : 1));
}

function withServices(snapshot: Snapshot, isIn: (service: Service) => boolean): Snapshot {
  const services = snapshot.cluster.services.filter(isIn);
  return { ...snapshot, cluster: { ...snapshot.cluster, services } };
}

function notOnSegment(ip: Ip, { node, interface: name }: HolderChoice): RefusedError {
  return new RefusedError(
    `no interface of a node that answered has ${ip.text} in its subnet, and none comes in by ${name} of ${node}`,
    {
      reason: 'not-on-segment',
      object: `node/${node}`,
      help: 'guard what is only routed to a node where it is routed',
    },
  );
}

function openSharers(ip: Ip, names: string[]): RefusedError {
  return new RefusedError(
    `${ip.text} also serves ${names.join(', ')}, without a guard: that of another would close its ports`,
    {
      reason: 'shared-unguarded',
      object: `service/${names[0]}`,
      help: `each needs a guard: extip assign ${names[0]} ${ip.text} --guard, or, of those that extip assigned, all at once: extip guard set ${ip.text}`,
    },
  );
}
