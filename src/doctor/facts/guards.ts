import type { CalicoObjects } from '../../calico/read-objects.ts';
import { RefusedError } from '../../errors.ts';
import { type Ip, parseIp } from '../../net/ip.ts';
import { type PlannedGuard, planGuard } from '../../plan/guard.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Snapshot } from '../../snapshot/model.ts';
import { outsideIPs } from '../../snapshot/queries.ts';
import { type Assignment, readAssignments } from '../../snapshot/records.ts';
import type { ClusterSnapshot } from '../cluster-snapshot.ts';

/** A guard that the records of Services speak of. */
export interface RecordedGuard {
  ip: Ip;
  /** The Services that have it, each with its record. */
  users: readonly { service: Service; entry: Assignment }[];
  /** Those on the address that have none. */
  unguarded: readonly Service[];
}

/** The guards on record; not those that are being changed, or were cut off. */
export function recordedGuards({ cluster }: Snapshot): RecordedGuard[] {
  const entries = cluster.services.flatMap((service) =>
    readAssignments(service).assignments.map((entry) => ({ service, entry })),
  );
  return [...Map.groupBy(entries, ({ entry }) => entry.ip)].flatMap(([text, all]) => {
    const ip = parseIp(text);
    const users = all.filter(({ entry }) => entry.guard);
    const isSettled = all.every(({ entry }) => entry.phase === 'assigned');
    if (!ip || users.length === 0 || !isSettled) return [];
    const own = new Set(users.map(({ service }) => service));
    const unguarded = cluster.services.filter(
      (service) => outsideIPs(service).includes(text) && !own.has(service),
    );
    return [{ ip, users, unguarded }];
  });
}

/** A guard, with what would have to be changed for it to be as its Services need it. */
export interface ComparedGuard extends RecordedGuard {
  planned: PlannedGuard;
}

/** The guards on record whose objects are known, against these. Where it cannot be planned there is none. */
export function comparedGuards(snapshot: Snapshot, { calico }: ClusterSnapshot): ComparedGuard[] {
  if (isUnread(calico)) return [];
  return recordedGuards(snapshot).flatMap((guard) => {
    const planned = plannedOf(snapshot, calico, guard);
    return planned ? [{ ...guard, planned }] : [];
  });
}

function isUnread({ unread }: CalicoObjects): boolean {
  return unread.some(
    ({ resource }) => resource === 'hostendpoints' || resource === 'globalnetworkpolicies',
  );
}

function plannedOf(
  snapshot: Snapshot,
  calico: CalicoObjects,
  { ip, users: [first] }: RecordedGuard,
): PlannedGuard | null {
  if (!first) return null;
  const { node, interface: name } = first.entry;
  const holder = { node, interface: name };
  try {
    return planGuard(snapshot, calico, { ip, holder, records: new Map(), order: null });
  } catch (error) {
    // A Service of the address has none, or no interface is known to guard it at.
    if (error instanceof RefusedError) return null;
    throw error;
  }
}

/** Why there is no guard to look at; null: there is one on record. */
export function withoutGuards({ cluster }: ClusterSnapshot): string | null {
  const isGuarded = (service: Service) =>
    readAssignments(service).assignments.some(({ guard }) => guard);
  return cluster.services.some(isGuarded) ? null : 'no address has a guard';
}

/** What findings about a guard are about. */
export function guardObjects({ ip, users }: RecordedGuard): { object: string; touches: string[] } {
  return {
    object: `ip/${ip.text}`,
    touches: users.map(({ service }) => `service/${serviceKey(service)}`),
  };
}

/** Makes the guard of an address what its records and its Services say. */
export function setCommand({ text }: Ip): string {
  return `extip guard set ${text}`;
}
