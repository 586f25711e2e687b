import type { Persistence } from '../plan/action.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import {
  externalIPs,
  type Holder,
  holdersOf,
  isOwnAddress,
  recordsOf,
  servicePorts,
} from '../snapshot/queries.ts';
import { removeFileCommand } from '../snapshot/record-file.ts';
import {
  ASSIGNMENTS_ANNOTATION,
  type Assignment,
  type GuardRecord,
  type NodeRecord,
  readAssignments,
} from '../snapshot/records.ts';
import { duplicates, fixOf, isNode, isUsed, nodeProblems } from './problems.ts';

/**
 * `assigned` all is as recorded; `unfinished` a run was cut off or is under way; `incomplete`
 * something recorded is missing; `unmanaged` set by hand; `orphan` a node's record with no Service
 * behind it; `damaged` a record that extip cannot read; `unknown` its node could not be read.
 */
export type AssignmentState =
  | 'assigned'
  | 'unfinished'
  | 'incomplete'
  | 'unmanaged'
  | 'orphan'
  | 'damaged'
  | 'unknown';

/** One external IP of one Service, as the cluster and the nodes together have it. */
export interface ListedAssignment {
  /** null for a node's record that cannot be read. */
  namespace: string | null;
  service: string | null;
  /** null where a damaged annotation or record does not say. */
  ip: string | null;
  ports: { port: number; protocol: string }[];
  /** null where no node holds it, or that is not known. */
  node: string | null;
  interface: string | null;
  state: AssignmentState;
  /** What is missing or wrong, a sentence each. */
  problems: string[];
  /** The command that helps, where there is one. */
  fix: string | null;
  /** Every place where a node that answered has the address. */
  holders: Holder[];
  assignedAt: string | null;
  by: string | null;
  /** Who may reach the Service's ports by its record; `sources` null: everybody. null: it is not guarded. */
  guard: GuardRecord | null;
  /** null where it is not extip's to say, or not known. */
  persistence: Persistence | null;
}

/** Every external IP of the Services, hand-made ones and orphans too, by namespace and name. */
export function listAssignments(snapshot: Snapshot): ListedAssignment[] {
  const listed = snapshot.cluster.services.flatMap((service) => ofService(snapshot, service));
  return [...listed, ...orphans(snapshot), ...damagedRecords(snapshot)].sort(
    (a, b) =>
      compare(a.namespace, b.namespace) || compare(a.service, b.service) || compare(a.ip, b.ip),
  );
}

function compare(a: string | null, b: string | null): number {
  const [left, right] = [a ?? '', b ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
}

function ofService(snapshot: Snapshot, service: Service): ListedAssignment[] {
  const { assignments, damaged } = readAssignments(service);
  const recorded = new Set(assignments.map(({ ip }) => ip));
  const byHand = [...new Set(externalIPs(service))].filter((ip) => !recorded.has(ip));
  return [
    ...assignments.map((entry) => managed(snapshot, service, entry)),
    ...byHand.map((ip) => unmanaged(snapshot, service, ip, damaged)),
    ...(damaged !== undefined && byHand.length === 0
      ? [damagedAnnotation(snapshot, service, damaged)]
      : []),
  ];
}

function base(snapshot: Snapshot, service: Service, ip: string | null): ListedAssignment {
  const holders = ip === null ? [] : holdersOf(snapshot, ip);
  return {
    namespace: service.metadata.namespace ?? 'default',
    service: service.metadata.name,
    ip,
    ports: servicePorts(service),
    node: holders[0]?.node ?? null,
    interface: holders[0]?.interface ?? null,
    state: 'unmanaged',
    problems: [],
    fix: null,
    holders,
    assignedAt: null,
    by: null,
    guard: null,
    persistence: null,
  };
}

function managed(snapshot: Snapshot, service: Service, entry: Assignment): ListedAssignment {
  const item = base(snapshot, service, entry.ip);
  const unfinished = entry.phase !== 'assigned';
  const verb = entry.phase === 'releasing' ? 'release' : 'assign';
  const problems = [
    ...(unfinished ? [`${verb} was cut off, or is under way`] : []),
    ...(externalIPs(service).includes(entry.ip) ? [] : ['not in spec.externalIPs']),
    ...nodeProblems(snapshot, service, entry),
    ...duplicates(item.holders, entry.node),
  ];
  const facts = snapshot.nodes[entry.node]?.facts;
  const unread = isNode(snapshot, entry.node) && (!facts || facts.recordsUnread !== undefined);
  return {
    ...item,
    node: entry.node,
    interface: entry.interface,
    state: unfinished
      ? 'unfinished'
      : unread
        ? 'unknown'
        : problems.length > 0
          ? 'incomplete'
          : 'assigned',
    problems,
    fix: unread || problems.length === 0 ? null : fixOf(snapshot, service, entry, verb),
    assignedAt: entry.at,
    by: entry.by,
    guard: entry.guard ?? null,
    persistence: persistenceOf(snapshot, entry),
  };
}

/** An address that was there before is kept by whoever made it. */
function persistenceOf(snapshot: Snapshot, { ip, node }: Assignment): Persistence | null {
  const facts = snapshot.nodes[node]?.facts;
  const record = recordsOf(snapshot, ip).find((kept) => kept.node === node)?.record;
  if (!facts || facts.recordsUnread !== undefined || record?.preexisting) return null;
  return record?.persist && facts.restore.unit !== 'absent' ? 'survives reboot' : 'until reboot';
}

function unmanaged(
  snapshot: Snapshot,
  service: Service,
  ip: string,
  damaged: string | undefined,
): ListedAssignment {
  const item = base(snapshot, service, ip);
  const silent = Object.values(snapshot.nodes).filter((node) => !node.facts);
  const [first] = item.holders;
  const nobody =
    silent.length === 0
      ? 'no node has the address'
      : `no node that answered has the address (${silent.map(({ name }) => name).join(', ')} did not answer)`;
  return {
    ...item,
    state: damaged === undefined ? 'unmanaged' : 'damaged',
    problems: [
      ...(damaged === undefined ? [] : [`the annotation extip.dev/assignments ${damaged}`]),
      ...(first ? duplicates(item.holders, first.node) : [nobody]),
    ],
    fix:
      damaged !== undefined
        ? removeAnnotation(service)
        : first
          ? null
          : `extip assign ${serviceKey(service)} ${ip}`,
  };
}

function damagedAnnotation(
  snapshot: Snapshot,
  service: Service,
  damaged: string,
): ListedAssignment {
  const item = base(snapshot, service, null);
  return {
    ...item,
    state: 'damaged',
    problems: [`the annotation extip.dev/assignments ${damaged}`],
    fix: removeAnnotation(service),
  };
}

/** Takes extip's record off a Service: what it says of addresses is gone then. */
export function removeAnnotation({ metadata: { namespace = 'default', name } }: Service): string {
  return `kubectl annotate service -n ${namespace} ${name} ${ASSIGNMENTS_ANNOTATION}-`;
}

function orphans(snapshot: Snapshot): ListedAssignment[] {
  return Object.values(snapshot.nodes).flatMap(({ name, facts }) =>
    (facts?.records ?? []).flatMap((record) =>
      record.services
        .filter((user) => !isUsed(snapshot, name, record, user.uid))
        .map((user) => orphan(snapshot, name, record, user)),
    ),
  );
}

function orphan(
  snapshot: Snapshot,
  node: string,
  record: NodeRecord,
  user: NodeRecord['services'][number],
): ListedAssignment {
  // A snapshot made by hand may not say which cluster it is of.
  const { uid } = snapshot.cluster;
  const foreign = uid !== '' && record.cluster !== uid;
  return {
    namespace: user.namespace,
    service: user.name,
    ip: record.ip,
    ports: [],
    node,
    interface: record.interface,
    state: 'orphan',
    problems: [
      foreign
        ? `${node} holds it for another cluster, ${record.cluster}; where that is gone, its record may go`
        : `${node} holds it for a Service that is gone or does not name it`,
    ],
    fix:
      foreign || isOwnAddress(snapshot, node, record.ip)
        ? removeFileCommand(node, `${record.ip}.json`)
        : `extip release --ip ${record.ip} --node ${node}`,
    holders: holdersOf(snapshot, record.ip),
    assignedAt: null,
    by: null,
    guard: null,
    persistence: null,
  };
}

function damagedRecords(snapshot: Snapshot): ListedAssignment[] {
  return Object.values(snapshot.nodes).flatMap(({ name, facts }) =>
    (facts?.damagedRecords ?? []).map(({ file, reason }) => ({
      namespace: null,
      service: null,
      ip: null,
      ports: [],
      node: name,
      interface: null,
      state: 'damaged' as const,
      problems: [`/var/lib/extip/${file} on ${name}: ${reason}`],
      fix: removeFileCommand(name, file),
      holders: [],
      assignedAt: null,
      by: null,
      guard: null,
      persistence: null,
    })),
  );
}
