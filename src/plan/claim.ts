import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import { serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { isLive, isRecorded, recordsOf } from '../snapshot/queries.ts';
import { type Assignment, readAssignments } from '../snapshot/records.ts';
import type { HolderChoice } from './choose-holder.ts';
import { placeFlags } from './place-flags.ts';
import type { ServiceRef } from './service-ref.ts';

/** A place that an address has already, for this Service or for others that share it. */
export interface Claim {
  place: HolderChoice;
  /** The Services that have it there, as `NAMESPACE/NAME`. */
  users: [string, ...string[]];
  /** The node's own record says so too; an annotation alone is a stranger's word. */
  recorded: boolean;
}

/**
 * Where the Service has the address by its own annotation, `existing`; else where other Services
 * have it, by a node's record or by their annotations. Those are as fresh as the Services are: of
 * a node that an older run has changed meanwhile, or that cannot be read, they alone tell.
 */
export function claimOf(
  snapshot: Snapshot,
  ref: ServiceRef,
  ip: Ip,
  existing: Assignment | undefined,
): Claim | undefined {
  if (existing) return annotated(snapshot, `${ref.namespace}/${ref.name}`, existing);
  return recordedClaim(snapshot, ip) ?? annotatedClaim(snapshot, ref, ip);
}

/** A record that no Service stands behind does not count. */
function recordedClaim(snapshot: Snapshot, ip: Ip): Claim | undefined {
  for (const { node, record } of recordsOf(snapshot, ip.text)) {
    const live = record.services.filter(({ uid }) => isLive(snapshot, node, ip.text, uid));
    const [first, ...more] = live.map(({ namespace, name }) => `${namespace}/${name}`);
    if (first === undefined || record.cluster !== snapshot.cluster.uid) continue;
    const place = { node, interface: record.interface };
    return { place, users: [first, ...more], recorded: true };
  }
  return undefined;
}

function annotatedClaim(snapshot: Snapshot, ref: ServiceRef, ip: Ip): Claim | undefined {
  for (const service of snapshot.cluster.services) {
    if (service.metadata.uid === ref.uid) continue;
    const entry = readAssignments(service).assignments.find((one) => one.ip === ip.text);
    if (entry) return annotated(snapshot, serviceKey(service), entry);
  }
  return undefined;
}

function annotated(snapshot: Snapshot, user: string, entry: Assignment): Claim {
  const place = { node: entry.node, interface: entry.interface };
  return { place, users: [user], recorded: isRecorded(snapshot, entry.ip, place) };
}

/** The refusal of another place than the claim's. */
export function heldElsewhere(
  snapshot: Snapshot,
  ip: Ip,
  { place, users }: Claim,
  existing: Assignment | undefined,
): RefusedError {
  const { node } = place;
  const gone = snapshot.nodes[node]?.status !== 'ok';
  const release = `release it first: extip release ${users[0]} ${ip.text}${gone ? ' --holder-gone' : ''}`;
  return new RefusedError(`${ip.text} is on ${node} ${place.interface}, for ${users.join(', ')}`, {
    reason: 'held-elsewhere',
    object: `node/${node}`,
    help: existing
      ? release
      : `an address that several Services share has one node and one interface; ${release}`,
  });
}

/** The refusal of a claim that is an annotation's word alone, where that would decide. */
export function onlyAnnotated(ip: Ip, { place, users }: Claim): RefusedError {
  const { node } = place;
  const flags = placeFlags(place);
  const release = `extip release ${users[0]} ${ip.text}`;
  return new RefusedError(
    `only the annotation of ${users[0]} says that ${ip.text} belongs on ${node} ${place.interface}: ${node} has no record of it there`,
    {
      reason: 'not-recorded',
      object: `node/${node}`,
      help: flags ? `if it does: ${flags}; if not: ${release}` : release,
    },
  );
}
