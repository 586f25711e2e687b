import { FailedError, RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { externalIPs, recordsOf } from '../snapshot/queries.ts';
import type { Assignment } from '../snapshot/records.ts';
import type { Action, Plan, ServiceChange, Step } from './action.ts';
import { mustNotBeDamaged } from './damaged-record.ts';
import { mustBeReadable } from './readable.ts';
import { releaseWarnings } from './release-warnings.ts';
import { type ServiceRef, serviceRef } from './service-ref.ts';
import { takeOffNode } from './take-off-node.ts';
import { verifyTarget } from './verify-target.ts';

export interface ReleaseRequest {
  service: Service;
  ip: Ip;
  /** The holder cannot be reached and is known to be gone: only the API part is undone. */
  holderGone: boolean;
  /** What becomes of the address's guard once nobody reaches it there any more. */
  guard?: Step[] | undefined;
}

/**
 * The steps that undo exactly what the records say, in the reverse of assign's order. No steps
 * where the Service does not have the address. An address that a hand put on the Service is
 * refused: extip has no record of it. Throws FailedError while the holder cannot be read.
 */
export function planRelease(snapshot: Snapshot, request: ReleaseRequest): Plan {
  const { service, ip } = request;
  const ref = serviceRef(service);
  const entry = mustBeReadable(service).find((assignment) => assignment.ip === ip.text);
  const kept = recordOfService(snapshot, ref, ip, entry);
  const node = entry?.node ?? kept?.node ?? '';
  const place = { node, ip: ip.text, interface: entry?.interface ?? kept?.record.interface ?? '' };
  const changes = [{ verb: 'release' as const, service: ref, ...place, persistence: null }];
  if (!entry && !kept) {
    if (externalIPs(service).includes(ip.text)) throw unmanaged(ref, ip);
    return { changes, steps: [], warnings: [] };
  }
  if (request.holderGone) mustNotAnswer(snapshot, ref, ip, node);
  else mustBeReachable(snapshot, ref, ip, node);
  mustNotBeDamaged(snapshot, node, ip.text);
  const nodeSteps =
    request.holderGone || !kept
      ? []
      : takeOffNode(
          snapshot,
          kept.node,
          kept.record,
          kept.record.services.filter((user) => user.uid !== ref.uid),
        );
  return {
    changes,
    steps: [
      ...(entry ? leaveService(service, ref, entry) : []),
      ...nodeSteps,
      ...(request.holderGone || !entry || entry.preexisting
        ? []
        : [verifyGone(snapshot, service, place)]),
      ...(request.guard ?? []),
      ...(entry ? [forget(ref, entry)] : []),
    ],
    warnings: releaseWarnings(request, entry, kept, node),
  };
}

/** The node's record of the Service; where the annotation names a node, only that node's counts. */
function recordOfService(snapshot: Snapshot, ref: ServiceRef, ip: Ip, entry?: Assignment) {
  return recordsOf(snapshot, ip.text).find(
    ({ node, record }) =>
      (entry === undefined || entry.node === node) &&
      record.cluster === snapshot.cluster.uid &&
      record.services.some((user) => user.uid === ref.uid),
  );
}

function unmanaged(ref: ServiceRef, ip: Ip): RefusedError {
  return new RefusedError(
    `${ip.text} was set on ${ref.namespace}/${ref.name} by hand: extip has no record of it`,
    {
      reason: 'unmanaged',
      object: `service/${ref.namespace}/${ref.name}`,
      help: `remove it by hand: kubectl edit service -n ${ref.namespace} ${ref.name}`,
    },
  );
}

function mustBeReachable(snapshot: Snapshot, ref: ServiceRef, ip: Ip, node: string): void {
  const state = snapshot.nodes[node];
  if (state?.facts) return;
  throw new FailedError(`${node}, which holds ${ip.text}, cannot be read: ${reasonOf(state)}`, {
    reason: 'holder-unreachable',
    object: `node/${node}`,
    help: `when it is gone for good: extip release ${ref.namespace}/${ref.name} ${ip.text} --holder-gone`,
  });
}

function mustNotAnswer(snapshot: Snapshot, ref: ServiceRef, ip: Ip, node: string): void {
  if (!snapshot.nodes[node]?.facts) return;
  throw new RefusedError(`${node} is not gone: it answers over ssh`, {
    reason: 'holder-answers',
    object: `node/${node}`,
    help: `extip release ${ref.namespace}/${ref.name} ${ip.text}`,
  });
}

function reasonOf(state: Snapshot['nodes'][string] | undefined): string {
  return state ? (state.message ?? state.status) : 'the cluster has no such node';
}

function leaveService(service: Service, ref: ServiceRef, entry: Assignment): Step[] {
  const change = (assignment: Assignment, list: Partial<ServiceChange>): Action => ({
    type: 'change-service',
    service: ref,
    change: { ip: entry.ip, assignment, ...(entry.preexisting ? {} : list) },
  });
  const releasing = { ...entry, phase: 'releasing' as const };
  const listed = externalIPs(service).includes(entry.ip) && !entry.preexisting;
  if (!listed && entry.phase === 'releasing') return [];
  return [
    {
      id: 'remove-external-ip',
      title: listed
        ? `remove ${entry.ip} from spec.externalIPs of ${ref.namespace}/${ref.name}`
        : 'record the release on the Service',
      sign: listed ? '-' : '~',
      action: change(releasing, { externalIP: 'remove' }),
      inverse: change(
        entry,
        listed ? { externalIP: 'add', was: service.spec.externalIPs ?? [] } : {},
      ),
    },
  ];
}

function verifyGone(
  snapshot: Snapshot,
  service: Service,
  place: { node: string; ip: string; interface: string },
): Step {
  return {
    id: 'verify',
    title: `verify that ${place.ip} is no longer served`,
    sign: '=',
    action: { type: 'verify', goal: 'gone', target: verifyTarget(snapshot, service, place) },
    inverse: null,
  };
}

function forget(ref: ServiceRef, entry: Assignment): Step {
  const change = (assignment: Assignment | null): Action => ({
    type: 'change-service',
    service: ref,
    change: { ip: entry.ip, assignment },
  });
  return {
    id: 'forget-service',
    title: 'remove the record on the Service',
    sign: '-',
    action: change(null),
    inverse: change({ ...entry, phase: 'releasing' }),
  };
}
