import { type Mend, mendCommand } from '../plan/mend.ts';
import { placeFlags } from '../plan/place-flags.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { NodeFacts, Snapshot } from '../snapshot/model.ts';
import {
  type Holder,
  holdersOf,
  isLive,
  isRecorded,
  isUnread,
  recordsOf,
} from '../snapshot/queries.ts';
import type { Assignment, NodeRecord } from '../snapshot/records.ts';

/** Whether the cluster has a node of this name, as far as is known: true where Nodes are unread. */
export function isNode(snapshot: Snapshot, name: string): boolean {
  if (isUnread(snapshot, 'nodes')) return true;
  return snapshot.cluster.nodes.some(({ metadata }) => metadata.name === name);
}

/** The first command to run; null: nobody can say which is right. */
export function fixOf(
  snapshot: Snapshot,
  service: Service,
  entry: Assignment,
  verb: 'assign' | 'release',
): string | null {
  if (!isNode(snapshot, entry.node)) {
    return `extip release ${serviceKey(service)} ${entry.ip} --holder-gone`;
  }
  const mend = mendOf(snapshot, service, entry, verb);
  return mend && mendCommand(mend);
}

/**
 * What to change first, of an entry whose node is there; null: nobody can say which is right. Assign
 * refuses while the address or its record is elsewhere too: then what is elsewhere goes if nobody stands
 * behind it, else the assignment that has nothing yet.
 */
export function mendOf(
  snapshot: Snapshot,
  service: Service,
  entry: Assignment,
  verb: 'assign' | 'release',
): Mend | null {
  const { namespace = 'default', name } = service.metadata;
  const target = { service: { namespace, name }, ip: entry.ip };
  const holders = holdersOf(snapshot, entry.ip);
  const places = [...holders, ...recordedPlaces(snapshot, entry)];
  const own = places.filter(({ node }) => node === entry.node);
  const stray = holders.find(({ node }) => node !== entry.node);
  const isOrphan = stray && hasOrphan(snapshot, stray.node, entry.ip);
  if (isOrphan && verb === 'assign') {
    return { verb: 'release-orphan', ip: entry.ip, node: stray.node };
  }
  // Where both have it nobody can say which is right; a record alone gives way, and so does what
  // was cut off before anybody could rely on it.
  const both = stray && holders.some(({ node }) => node === entry.node);
  if (both && entry.phase === 'assigned') return null;
  const misplaced = own.some((place) => place.interface !== entry.interface);
  if (verb === 'release' || stray || misplaced) return { verb: 'release', ...target };
  if (isRecorded(snapshot, entry.ip, entry)) return { verb: 'assign', ...target };
  // By the annotation's word alone `assign` changes no node: whoever types it says where.
  return placeFlags(entry)
    ? { verb: 'assign', ...target, place: { node: entry.node, interface: entry.interface } }
    : { verb: 'release', ...target };
}

function recordedPlaces(
  snapshot: Snapshot,
  { ip, node }: Assignment,
): { node: string; interface: string }[] {
  return recordsOf(snapshot, ip)
    .filter((kept) => kept.node === node)
    .map((kept) => ({ node, interface: kept.record.interface }));
}

/** Whether the node has a record of this cluster's that nobody stands behind. */
function hasOrphan(snapshot: Snapshot, node: string, ip: string): boolean {
  const record = recordsOf(snapshot, ip).find((kept) => kept.node === node)?.record;
  const orphaned = record?.services.some(({ uid }) => !isUsed(snapshot, node, record, uid));
  return orphaned === true && record?.cluster === snapshot.cluster.uid;
}

/** What is missing or wrong on the node that the entry names, a sentence each. */
export function nodeProblems(snapshot: Snapshot, service: Service, entry: Assignment): string[] {
  if (!isNode(snapshot, entry.node)) return [`${entry.node} is not a node of the cluster`];
  const state = snapshot.nodes[entry.node];
  if (!state?.facts) {
    return [`${entry.node} is ${state?.status ?? 'not read'}: ${state?.message ?? 'not asked'}`];
  }
  const held = holdersOf(snapshot, entry.ip).filter((holder) => holder.node === entry.node);
  const record = recordsOf(snapshot, entry.ip).find(({ node }) => node === entry.node)?.record;
  const recorded = record?.services.some(({ uid }) => uid === service.metadata.uid);
  const elsewhere = held.find((holder) => holder.interface !== entry.interface);
  return [
    ...(held.length === 0 ? [`the address is not on ${entry.node}`] : []),
    ...(elsewhere ? [`the address is on ${elsewhere.interface} of ${entry.node}`] : []),
    ...(recorded ? [] : [noRecord(entry.node, state.facts)]),
    ...(record && record.interface !== entry.interface
      ? [`the record on ${entry.node} is about ${record.interface}`]
      : []),
  ];
}

function noRecord(node: string, { recordsUnread }: NodeFacts): string {
  return recordsUnread === undefined
    ? `${node} has no record of it`
    : `its record is not known: ${recordsUnread}`;
}

/** The other nodes that have the address. */
export function duplicates(holders: Holder[], node: string): string[] {
  return holders
    .filter((holder) => holder.node !== node)
    .map((holder) => `${holder.node} has it too, on ${holder.interface}`);
}

/** Whether a Service of this cluster stands behind the record. */
export function isUsed(snapshot: Snapshot, node: string, record: NodeRecord, uid: string): boolean {
  const own = snapshot.cluster.uid;
  // A snapshot made by hand may not say which cluster it is of.
  return (own === '' || record.cluster === own) && isLive(snapshot, node, record.ip, uid);
}
