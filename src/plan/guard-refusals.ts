import { addressSets } from '../calico/address-sets.ts';
import { agentSettings } from '../calico/agent-settings.ts';
import { type CalicoChange, GUARDED_LABEL, type OwnObject } from '../calico/change.ts';
import { clusterAddresses } from '../calico/cluster-addresses.ts';
import { placeOf } from '../calico/covered.ts';
import { decidersOf, whyNotKnown } from '../calico/deciders.ts';
import { decidesFirst } from '../calico/decides-first.ts';
import { failsafePortsOf } from '../calico/failsafe-ports-of.ts';
import { isAutomatic } from '../calico/governing-endpoint.ts';
import { guardMark, isOurs, MOST_ADDRESSES } from '../calico/guard-mark.ts';
import { policyName } from '../calico/policies.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { storedObject } from '../calico/stored-object.ts';
import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { PlannedGuard } from './guard.ts';
import { tooMany } from './too-many.ts';

/** Throws RefusedError where an object that is to be written has its name from somebody else, or is not known. */
export function mustBeWritable(before: CalicoObjects, { changes, unknown }: PlannedGuard): void {
  const [first] = unknown;
  if (first) {
    const { place, reason } = first;
    throw new RefusedError(
      `which host endpoint governs ${place.interface} of ${place.node} is not known: ${reason}`,
      { reason: 'endpoint-unknown', object: `node/${place.node}` },
    );
  }
  for (const change of changes) {
    mustHaveRoom(change);
    if (change.type === 'put') mustBeOurs(before, change.object);
    if (change.type === 'mark') mustBeMarkable(before, change.name);
  }
}

/** More addresses would not be read back, and be lost with the next change. */
function mustHaveRoom(change: CalicoChange): void {
  if (change.type === 'delete') return;
  const isOver =
    change.type === 'mark'
      ? change.ips.length > MOST_ADDRESSES
      : change.object.kind === 'HostEndpoint' && guardMark({ metadata: change.object }) === null;
  if (!isOver) return;
  const name = change.type === 'mark' ? change.name : change.object.name;
  throw tooMany(`HostEndpoint ${name} takes part in ${MOST_ADDRESSES} guards`);
}

function mustBeOurs(before: CalicoObjects, { kind, name }: OwnObject): void {
  const stored = storedObject(before, { kind, name });
  if (!stored || isOurs(stored)) return;
  throw new RefusedError(`${kind} ${name} is not extip's: it would be overwritten`, {
    reason: 'not-ours',
    help: 'rename or delete it first',
  });
}

/**
 * What somebody else labelled so is theirs: at the end our label would go, and with it theirs. One that
 * kube-controllers made is put back as they want it.
 */
function mustBeMarkable(before: CalicoObjects, name: string): void {
  const stored = before.hostEndpoints.find(({ metadata }) => metadata.name === name);
  if (stored && isAutomatic(stored)) {
    throw new RefusedError(
      `HostEndpoint ${name} is made by Calico's kube-controllers, which would take the guard's label off again`,
      { reason: 'not-ours', help: 'make an endpoint of your own for the interface' },
    );
  }
  const isLabelled = Object.hasOwn(stored?.metadata.labels ?? {}, GUARDED_LABEL);
  if (!stored || !isLabelled || guardMark(stored)) return;
  throw new RefusedError(
    `HostEndpoint ${name} has the label ${GUARDED_LABEL} already, and not from extip`,
    {
      reason: 'not-ours',
      help: `kubectl label hostendpoints.projectcalico.org ${name} ${GUARDED_LABEL}-`,
    },
  );
}

/** Throws RefusedError where what a guard does, or cuts off, cannot be worked out. */
export function mustBeJudged(
  snapshot: Snapshot,
  calico: CalicoObjects,
  { covered }: PlannedGuard,
): void {
  const [unread] = calico.unread.filter(({ resource }) => JUDGED_BY.includes(resource));
  if (unread) {
    throw new RefusedError(
      `what the guard would cut off is not known: ${unread.resource}: ${unread.reason}`,
      { reason: 'calico-unread', help: 'see docs/permissions.md' },
    );
  }
  const ebpf = covered.find(({ node }) => agentSettings(calico, node).bpf);
  if (ebpf) {
    throw new RefusedError(
      `Calico's agent on ${ebpf.node} works with eBPF: what a guard would do there is not known`,
      { reason: 'calico-ebpf', object: `node/${ebpf.node}` },
    );
  }
  const sets = addressSets(calico, clusterAddresses(snapshot.cluster));
  for (const one of covered) {
    const { node } = one;
    const why = whyNotKnown(decidersOf(calico, placeOf(snapshot, one), sets));
    if (why === null) continue;
    throw new RefusedError(`what decides at ${one.interface} of ${node} is not known: ${why}`, {
      reason: 'calico-unread',
      object: `node/${node}`,
    });
  }
}

const JUDGED_BY = [
  'hostendpoints',
  'globalnetworkpolicies',
  'profiles',
  'felixconfigurations',
  'tiers',
  'globalnetworksets',
  'networksets',
];

/** Throws RefusedError where a port of a Service is let in before any policy, and sources are given for it. */
export function mustNotBeFailsafe(
  calico: CalicoObjects,
  ip: Ip,
  { services, covered }: PlannedGuard,
): void {
  for (const { key, ports, sources } of services) {
    if (sources === null) continue;
    for (const { node } of covered) {
      const [open] = failsafePortsOf(calico, node, ports);
      if (!open) continue;
      const from = open.net === null ? '' : ` from ${open.net}`;
      throw new RefusedError(
        `port ${open.port}/${open.protocol} of ${key} is among the failsafe ports of ${node}: Calico lets it in${from} before any policy, so that --source would do nothing on ${ip.text}`,
        {
          reason: 'failsafe-port',
          object: `service/${key}`,
          help: 'leave --source out, or take the port out of failsafeInboundHostPorts of the FelixConfiguration',
        },
      );
    }
  }
}

/** Throws RefusedError where a policy of somebody else's decides before the guard, so that it does not hold. */
export function mustDecide(
  snapshot: Snapshot,
  after: CalicoObjects,
  ip: Ip,
  { services, covered }: PlannedGuard,
): void {
  const ports = services.flatMap((service) => service.ports);
  const [first] = decidesFirst(snapshot, after, { covered, ip, ports });
  if (!first) return;
  const { policy, rule, does, sources, unsure, node } = first;
  const whom = sources.length > 0 ? sources.join(', ') : 'most clients';
  const order = after.globalPolicies.find(({ metadata }) => metadata.name === policy.name)?.spec
    .order;
  throw new RefusedError(
    `${policyName(policy)} ${unsure === null ? '' : 'may decide, and '}${does} ${whom} before the guard is asked (rule ${rule}, ${first.interface} of ${node})${unsure === null ? '' : `: ${unsure}`}`,
    {
      reason: 'policy-before',
      ...(first.stage === 'preDNAT' &&
        typeof order === 'number' && { help: `put the guard before it: --order ${order - 20}` }),
    },
  );
}
