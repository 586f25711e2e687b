import { isDeepStrictEqual } from 'node:util';
import type { Ip } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { externalIPs } from '../snapshot/queries.ts';
import { type Assignment, type GuardRecord, MAX_ASSIGNMENTS } from '../snapshot/records.ts';
import type { Action, Plan, ServiceChange, Step } from './action.ts';
import { answeringInterfaces } from './answering-interfaces.ts';
import { assignWarnings } from './assign-warnings.ts';
import type { HolderChoice } from './choose-holder.ts';
import { planPersistence } from './persistence.ts';
import { putOnNode } from './put-on-node.ts';
import { mustBeReadable } from './readable.ts';
import { type ServiceRef, serviceRef } from './service-ref.ts';
import { tooMany } from './too-many.ts';
import { verifyTarget } from './verify-target.ts';

export interface AssignRequest {
  service: Service;
  ip: Ip;
  holder: HolderChoice;
  /** Who runs this, and which run it is: written into the records. */
  run: { id: string; by: string; at: string };
  /** The address is to survive a boot of the node, where that can be. */
  persist: boolean;
  /** What the record is to say of its guard, and the steps that make it; absent: it has none. */
  guard?: { record: GuardRecord; steps: Step[]; warnings: string[] } | undefined;
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
  const { persist, outcome, warning } = planPersistence(snapshot, {
    ...request,
    uid: ref.uid,
    wanted: request.persist,
  });
  // The address is not open for a moment: it is guarded before it is there.
  const steps = [
    ...(request.guard?.steps ?? []),
    ...putOnNode(snapshot, { ...request, persist, user: { ...ref, runId: request.run.id } }),
    ...putExternalIP(request, ref),
  ];
  const assignment = newAssignment(request, existing);
  const isGuarded = isDeepStrictEqual(existing?.guard, assignment.guard);
  const finished = existing?.phase === 'assigned' && isGuarded && steps.length === 0;
  return {
    changes: [{ verb: 'assign', service: ref, ip: ip.text, ...holder, persistence: outcome }],
    steps: finished
      ? []
      : [
          ...openRecord(request, assignment, existing),
          ...steps,
          ...close(snapshot, request, assignment),
        ],
    warnings: [
      ...assignWarnings(snapshot, service, ip, holder),
      ...(warning === null ? [] : [warning]),
      ...(request.guard?.warnings ?? []),
    ],
  };
}

/**
 * The record as it is to be, not yet complete. An external IP that was there before extip and that
 * somebody has taken away since is extip's once it is added.
 */
function newAssignment(request: AssignRequest, existing: Assignment | undefined): Assignment {
  const { service, ip, holder, run, guard } = request;
  const fresh: Assignment = {
    ip: ip.text,
    node: holder.node,
    interface: holder.interface,
    method: 'externalIPs',
    phase: 'assigning',
    preexisting: externalIPs(service).includes(ip.text),
    runId: run.id,
    by: run.by,
    at: run.at,
    ...(guard && { guard: guard.record }),
  };
  if (!existing) return fresh;
  const preexisting = fresh.preexisting && existing.preexisting;
  const { guard: _, ...others } = existing;
  return { ...others, phase: fresh.phase, preexisting, ...(guard && { guard: guard.record }) };
}

function changeAssignment(
  request: AssignRequest,
  assignment: Assignment | null,
  only: Pick<ServiceChange, 'listed'> = {},
): Action {
  const change = { ip: request.ip.text, assignment, ...only };
  return { type: 'change-service', service: serviceRef(request.service), change };
}

/** The record says whose the external IP is: that must still be so when it is written. */
function openRecord(
  request: AssignRequest,
  assignment: Assignment,
  existing: Assignment | undefined,
): Step[] {
  if (isDeepStrictEqual(existing, assignment)) return [];
  const listed = externalIPs(request.service).includes(request.ip.text);
  return [
    {
      id: 'record-service',
      title: 'record the assignment on the Service',
      sign: existing ? '~' : '+',
      action: changeAssignment(request, assignment, { listed }),
      inverse: changeAssignment(request, existing ?? null),
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

function close(snapshot: Snapshot, request: AssignRequest, assignment: Assignment): Step[] {
  const { service, ip, holder } = request;
  const place = { node: holder.node, ip: ip.text, interface: holder.interface };
  return [
    ...announce(snapshot, ip, holder),
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
      action: changeAssignment(request, { ...assignment, phase: 'assigned' }),
      inverse: changeAssignment(request, assignment),
    },
  ];
}

/** By ARP, where the node has a program for that; for IPv6 the kernel itself tells them. */
function announce(snapshot: Snapshot, ip: Ip, holder: HolderChoice): Step[] {
  const { node } = holder;
  const arping = snapshot.nodes[node]?.facts?.arping;
  const [link] = answeringInterfaces(snapshot, ip, holder);
  if (ip.family === 6 || !arping || !link) return [];
  return [
    {
      id: 'announce',
      title: `tell the neighbours on ${link.name} that ${node} has ${ip.text}`,
      sign: '=',
      action: { type: 'announce', node, ip: ip.text, interface: link.name, arping },
      inverse: null,
    },
  ];
}
