import { FailedError, RefusedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import {
  externalIPs,
  findService,
  holdersOf,
  isLive,
  isUnread,
  recordsOf,
} from '../snapshot/queries.ts';
import type { Assignment, NodeRecord } from '../snapshot/records.ts';
import type { Action, NodeChange, Plan, ServiceRef, Step } from './action.ts';
import { mustBeReadable, serviceRef, verifyTarget } from './assign.ts';

export interface ReleaseRequest {
  service: Service;
  ip: Ip;
  /** The holder cannot be reached and is known to be gone: only the API part is undone. */
  holderGone: boolean;
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
  const changes = [{ verb: 'release' as const, service: ref, ...place }];
  if (!entry && !kept) {
    if (externalIPs(service).includes(ip.text)) throw unmanaged(ref, ip);
    return { changes, steps: [], warnings: [] };
  }
  if (request.holderGone) mustNotAnswer(snapshot, ref, ip, node);
  else mustBeReachable(snapshot, ref, ip, node);
  const nodeSteps =
    request.holderGone || !kept ? [] : leaveNode(snapshot, kept.node, kept.record, ref);
  return {
    changes,
    steps: [
      ...(entry ? leaveService(service, ref, entry) : []),
      ...nodeSteps,
      ...(request.holderGone || !entry || entry.preexisting
        ? []
        : [verifyGone(snapshot, service, place)]),
      ...(entry ? [forget(ref, entry)] : []),
    ],
    warnings: releaseWarnings(request, entry, kept, node),
  };
}

/** Several plans as one; where there are several, each step's id says which address it is about. */
export function mergePlans(plans: readonly Plan[]): Plan {
  const [only, ...more] = plans;
  if (only && more.length === 0) return only;
  const named = ({ changes, steps }: Plan) =>
    steps.map((step) => ({ ...step, id: `${changes[0]?.ip}/${step.id}` }));
  return {
    changes: plans.flatMap(({ changes }) => changes),
    steps: plans.flatMap(named),
    warnings: [...new Set(plans.flatMap(({ warnings }) => warnings))],
  };
}

/** The steps that clean up a node's record that no Service stands behind any more. */
export function planOrphanRelease(snapshot: Snapshot, node: string, ip: Ip): Plan {
  const found = recordsOf(snapshot, ip.text).find((candidate) => candidate.node === node)?.record;
  const changes = [
    {
      verb: 'release' as const,
      service: null,
      ip: ip.text,
      node,
      interface: found?.interface ?? '',
    },
  ];
  if (!found) return { changes, steps: [], warnings: [] };
  if (found.cluster !== snapshot.cluster.uid) {
    throw new RefusedError(`${node} holds ${ip.text} for another cluster`, {
      reason: 'other-cluster',
      object: `node/${node}`,
    });
  }
  const live = found.services.filter((user) => isLive(snapshot, node, ip.text, user.uid));
  if (live.length === found.services.length) throw inUse(snapshot, node, ip, live);
  const steps =
    live.length > 0 ? [shareRecord(node, found, live)] : withdraw(snapshot, node, found);
  return { changes, steps, warnings: [] };
}

function inUse(
  snapshot: Snapshot,
  node: string,
  ip: Ip,
  users: NodeRecord['services'],
): RefusedError {
  const names = users.map((user) => `${user.namespace}/${user.name}`);
  const unread = users.filter((user) => !findService(snapshot, user));
  if (unread.length > 0 && isUnread(snapshot, 'services')) {
    return new RefusedError(
      `${ip.text} on ${node} may be in use by ${names.join(', ')}: not all Services could be read`,
      { reason: 'in-use', object: `node/${node}`, help: 'see docs/permissions.md' },
    );
  }
  return new RefusedError(`${ip.text} on ${node} is in use by ${names.join(', ')}`, {
    reason: 'in-use',
    object: `node/${node}`,
    help: `extip release ${names[0]} ${ip.text}`,
  });
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
  const change = (assignment: Assignment, externalIP: 'add' | 'remove'): Action => ({
    type: 'change-service',
    service: ref,
    change: { ip: entry.ip, assignment, ...(entry.preexisting ? {} : { externalIP }) },
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
      action: change(releasing, 'remove'),
      inverse: listed
        ? change(entry, 'add')
        : {
            type: 'change-service',
            service: ref,
            change: { ip: entry.ip, assignment: entry },
          },
    },
  ];
}

function leaveNode(snapshot: Snapshot, node: string, record: NodeRecord, ref: ServiceRef): Step[] {
  const services = record.services.filter((user) => user.uid !== ref.uid);
  if (services.length === 0) return withdraw(snapshot, node, record);
  return [shareRecord(node, record, services)];
}

/** The record goes on with fewer Services; the address stays. */
function shareRecord(node: string, record: NodeRecord, services: NodeRecord['services']): Step {
  const gone = record.services.filter((user) => !services.includes(user));
  const names = gone.map((user) => `${user.namespace}/${user.name}`).join(', ');
  const write = (content: NodeRecord) => onNode(node, { type: 'write-record', record: content });
  return {
    id: 'record-node',
    title: `take ${names} off the record on ${node}, which others share`,
    sign: '~',
    action: write({ ...record, services }),
    inverse: write(record),
  };
}

/** Takes the address and then its record off the node; an address that was there before stays. */
function withdraw(snapshot: Snapshot, node: string, record: NodeRecord): Step[] {
  if (!record.preexisting) mustNotBeOwn(snapshot, node, record.ip);
  const place = { ip: record.ip, prefix: record.prefix, interface: record.interface };
  const address: Step = {
    id: 'remove-address',
    title: `remove ${record.ip}/${record.prefix} from ${record.interface} on ${node}`,
    sign: '-',
    action: onNode(node, { type: 'remove-address', ...place }),
    inverse: onNode(node, { type: 'add-address', ...place, label: record.label }),
  };
  const forgetIt: Step = {
    id: 'remove-record',
    title: `remove the record on ${node}`,
    sign: '-',
    action: onNode(node, { type: 'remove-record', ip: record.ip }),
    inverse: onNode(node, { type: 'write-record', record }),
  };
  const held = holdersOf(snapshot, record.ip).some(
    (holder) =>
      holder.node === node &&
      holder.interface === record.interface &&
      holder.prefix === record.prefix,
  );
  return held && !record.preexisting ? [address, forgetIt] : [forgetIt];
}

/** A record can be forged: the addresses that the node itself lives by are never taken off. */
function mustNotBeOwn(snapshot: Snapshot, node: string, ip: string): void {
  const object = snapshot.cluster.nodes.find(({ metadata }) => metadata.name === node);
  const own = (object?.status?.addresses ?? []).map(({ address }) => address);
  const ssh = snapshot.nodes[node]?.facts?.sshAddress;
  if (![...own, ssh].some((text) => text && parseIp(text)?.text === ip)) return;
  throw new RefusedError(`${ip} is an address that ${node} itself lives by: it is not removed`, {
    reason: 'protected-address',
    object: `node/${node}`,
    help: `the record is wrong; look at /var/lib/extip/${ip}.json there`,
  });
}

function onNode(node: string, change: NodeChange): Action {
  return { type: 'change-node', node, change };
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

function releaseWarnings(
  { service, ip, holderGone }: ReleaseRequest,
  entry: Assignment | undefined,
  kept: { record: NodeRecord } | undefined,
  node: string,
): string[] {
  const warnings = [];
  if (entry?.preexisting) {
    warnings.push(`${ip.text} was in spec.externalIPs before extip: it stays there`);
  }
  if (!entry && externalIPs(service).includes(ip.text)) {
    warnings.push(
      `${ip.text} stays in spec.externalIPs: the Service has no record of who put it there`,
    );
  }
  if (holderGone) {
    warnings.push(
      `${node} may still carry ${ip.text} and its record: list shows it as an orphan once it is back`,
    );
  } else if (!kept) {
    warnings.push(`${node} has no record of ${ip.text}: nothing is changed there`);
  } else if (kept.record.preexisting) {
    warnings.push(`${ip.text} was on ${node} before extip: it stays there`);
  }
  return warnings;
}
