import { RefusedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { NetworkInterface, Snapshot } from '../snapshot/model.ts';
import {
  externalIPs,
  hasReadyEndpoints,
  holdersOf,
  interfacesOnSegment,
  recordsOf,
  servicePorts,
} from '../snapshot/queries.ts';
import {
  type Assignment,
  MAX_ASSIGNMENTS,
  MAX_SHARERS,
  type NodeRecord,
  readAssignments,
} from '../snapshot/records.ts';
import type { Action, Plan, ServiceRef, Step, VerifyTarget } from './action.ts';
import type { HolderChoice } from './choose-holder.ts';
import { addressLabel } from './label.ts';
import { assignWarnings } from './warnings.ts';

export interface AssignRequest {
  service: Service;
  ip: Ip;
  holder: HolderChoice;
  /** Who runs this, and which run it is: written into the records. */
  run: { id: string; by: string; at: string };
}

/**
 * The steps from what is to the Service being served on the address: those already done are left
 * out, so that a run that was cut off is finished by the same command. Throws RefusedError where
 * the records contradict each other.
 */
export function planAssign(snapshot: Snapshot, request: AssignRequest): Plan {
  const { service, ip, holder } = request;
  const ref = serviceRef(service);
  const assignments = mustBeReadable(service);
  const existing = assignments.find((entry) => entry.ip === ip.text);
  if (!existing && assignments.length >= MAX_ASSIGNMENTS) {
    throw tooMany(`${ref.namespace}/${ref.name} has ${assignments.length} external IPs`);
  }
  const steps = [
    ...recordOnNode(snapshot, request, ref),
    ...putAddress(snapshot, request),
    ...putExternalIP(request, ref),
  ];
  const finished = existing?.phase === 'assigned' && steps.length === 0;
  return {
    changes: [{ verb: 'assign', service: ref, ip: ip.text, ...holder }],
    steps: finished
      ? []
      : [...openRecord(request, existing), ...steps, ...close(snapshot, request)],
    warnings: assignWarnings(snapshot, service, ip, holder),
  };
}

function tooMany(what: string): RefusedError {
  return new RefusedError(`${what} from extip already, which is the most it records`, {
    reason: 'too-many',
  });
}

/** The Service's reference; uid is empty only for an object that the API never sends. */
export function serviceRef({ metadata }: Service): ServiceRef {
  const { namespace = 'default', name, uid = '' } = metadata;
  return { namespace, name, uid };
}

/** The Service's assignments; RefusedError where the annotation is not what extip writes. */
export function mustBeReadable(service: Service): Assignment[] {
  const state = readAssignments(service);
  if (state.damaged === undefined) return state.assignments;
  const { namespace, name } = serviceRef(service);
  throw new RefusedError(
    `the annotation extip.dev/assignments of ${namespace}/${name} is damaged: ${state.damaged}`,
    {
      reason: 'damaged-annotation',
      object: `service/${namespace}/${name}`,
      help: `look at it, then remove it: kubectl annotate service -n ${namespace} ${name} extip.dev/assignments-`,
      nothingChanged: true,
    },
  );
}

function newAssignment({ service, ip, holder, run }: AssignRequest): Assignment {
  return {
    ip: ip.text,
    node: holder.node,
    interface: holder.interface,
    method: 'externalIPs',
    phase: 'assigning',
    preexisting: externalIPs(service).includes(ip.text),
    runId: run.id,
    by: run.by,
    at: run.at,
  };
}

function changeAssignment(request: AssignRequest, assignment: Assignment | null): Action {
  const change = { ip: request.ip.text, assignment };
  return { type: 'change-service', service: serviceRef(request.service), change };
}

function openRecord(request: AssignRequest, existing: Assignment | undefined): Step[] {
  if (existing?.phase === 'assigning') return [];
  const opened = { ...(existing ?? newAssignment(request)), phase: 'assigning' as const };
  return [
    {
      id: 'record-service',
      title: 'record the assignment on the Service',
      sign: existing ? '~' : '+',
      action: changeAssignment(request, opened),
      inverse: changeAssignment(request, existing ?? null),
    },
  ];
}

function recordOnNode(snapshot: Snapshot, request: AssignRequest, ref: ServiceRef): Step[] {
  const { ip, holder, run } = request;
  const before = ownRecord(snapshot, request);
  if (before?.services.some((user) => user.uid === ref.uid)) return [];
  if (before && before.services.length >= MAX_SHARERS) {
    throw tooMany(`${ip.text} serves ${before.services.length} Services`);
  }
  const services = [...(before?.services ?? []), { ...ref, runId: run.id }];
  const record: NodeRecord = before
    ? { ...before, services }
    : {
        version: 1,
        ip: ip.text,
        prefix: ip.family === 4 ? 32 : 128,
        interface: holder.interface,
        label: addressLabel(holder.interface, ip.family),
        preexisting: holdersOf(snapshot, ip.text).some(({ node }) => node === holder.node),
        cluster: snapshot.cluster.uid,
        services,
      };
  const write = (content: NodeRecord): Action => ({
    type: 'change-node',
    node: holder.node,
    change: { type: 'write-record', record: content },
  });
  return [
    {
      id: 'record-node',
      title: `record the address on ${holder.node}`,
      sign: before ? '~' : '+',
      action: write(record),
      inverse: before
        ? write(before)
        : {
            type: 'change-node',
            node: holder.node,
            change: { type: 'remove-record', ip: ip.text },
          },
    },
  ];
}

/** The holder's record of the address; one of another cluster or interface is refused. */
function ownRecord(snapshot: Snapshot, { ip, holder }: AssignRequest): NodeRecord | undefined {
  const found = recordsOf(snapshot, ip.text).find(({ node }) => node === holder.node)?.record;
  if (found && found.cluster !== snapshot.cluster.uid) {
    throw new RefusedError(`${holder.node} holds ${ip.text} for another cluster`, {
      reason: 'other-cluster',
      object: `node/${holder.node}`,
      help: `look at /var/lib/extip/${ip.text}.json there`,
    });
  }
  if (found && found.interface !== holder.interface) {
    throw new RefusedError(
      `${holder.node} has a record of ${ip.text} on ${found.interface}, not on ${holder.interface}`,
      {
        reason: 'other-interface',
        object: `node/${holder.node}`,
        help: `look at /var/lib/extip/${ip.text}.json there`,
      },
    );
  }
  return found;
}

function putAddress(snapshot: Snapshot, { ip, holder }: AssignRequest): Step[] {
  const held = holdersOf(snapshot, ip.text).filter(({ node }) => node === holder.node);
  const elsewhere = held.find((place) => place.interface !== holder.interface);
  if (elsewhere) {
    const { node, interface: name, prefix } = elsewhere;
    throw new RefusedError(
      `${node} has ${ip.text}/${prefix} on ${name}, not on ${holder.interface}`,
      {
        reason: 'other-interface',
        object: `node/${node}`,
        help: `use it there: --node ${node} --interface ${name}`,
      },
    );
  }
  if (held.length > 0) return [];
  const prefix = ip.family === 4 ? 32 : 128;
  const place = { ip: ip.text, prefix, interface: holder.interface } as const;
  const on = (change: Extract<Action, { type: 'change-node' }>['change']): Action => ({
    type: 'change-node',
    node: holder.node,
    change,
  });
  const label = addressLabel(holder.interface, ip.family);
  return [
    {
      id: 'add-address',
      title: `add ${ip.text}/${prefix} to ${holder.interface} on ${holder.node}`,
      sign: '+',
      action: on({ type: 'add-address', ...place, label }),
      inverse: on({ type: 'remove-address', ...place }),
    },
  ];
}

function putExternalIP({ service, ip }: AssignRequest, ref: ServiceRef): Step[] {
  if (externalIPs(service).includes(ip.text)) return [];
  const change = (externalIP: 'add' | 'remove'): Action => ({
    type: 'change-service',
    service: ref,
    change: { ip: ip.text, externalIP },
  });
  return [
    {
      id: 'add-external-ip',
      title: `add ${ip.text} to spec.externalIPs of ${ref.namespace}/${ref.name}`,
      sign: '+',
      action: change('add'),
      inverse: change('remove'),
    },
  ];
}

function close(snapshot: Snapshot, request: AssignRequest): Step[] {
  const { service, ip, holder } = request;
  const place = { node: holder.node, ip: ip.text, interface: holder.interface };
  const opened = mustBeReadable(service).find((entry) => entry.ip === ip.text);
  const assigned = { ...(opened ?? newAssignment(request)), phase: 'assigned' as const };
  const unfinished = { ...assigned, phase: 'assigning' as const };
  const loopback = linkOf(snapshot, holder)?.loopback === true;
  const announce: Step = {
    id: 'announce',
    title: `tell the neighbours on ${holder.interface} that ${holder.node} has ${ip.text}`,
    sign: '=',
    action: { type: 'announce', ...place },
    inverse: null,
  };
  return [
    ...(loopback ? [] : [announce]),
    {
      id: 'verify',
      title: `verify that ${ip.text} is served`,
      sign: '=',
      action: { type: 'verify', goal: 'served', target: verifyTarget(snapshot, service, place) },
      inverse: null,
    },
    {
      id: 'close-record',
      title: 'record that the assignment is complete',
      sign: '~',
      action: changeAssignment(request, assigned),
      inverse: changeAssignment(request, unfinished),
    },
  ];
}

function linkOf(snapshot: Snapshot, holder: HolderChoice): NetworkInterface | undefined {
  const facts = snapshot.nodes[holder.node]?.facts;
  return facts?.interfaces.find((link) => link.name === holder.interface);
}

/** What a verification of the Service on this address looks at. */
export function verifyTarget(
  snapshot: Snapshot,
  service: Service,
  place: { node: string; ip: string; interface: string },
): VerifyTarget {
  const ip = parseIp(place.ip);
  const segment = ip ? interfacesOnSegment(snapshot, ip) : [];
  return {
    ...place,
    ports: servicePorts(service),
    neighbours: segment
      .filter(({ node }) => node !== place.node)
      .map(({ node, interface: name }) => ({ node, interface: name })),
    noEndpoints: !hasReadyEndpoints(snapshot, service),
  };
}
