import { afterChanges } from '../calico/after-changes.ts';
import type { CalicoChange } from '../calico/change.ts';
import type { GuardedService } from '../calico/guard-policies.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { undoOf } from '../calico/undo-of.ts';
import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes } from '../snapshot/queries.ts';
import type { Action, Step } from './action.ts';
import type { HolderChoice } from './choose-holder.ts';
import type { PlannedGuard } from './guard.ts';
import { undoSeconds } from './undo-seconds.ts';

type UndoNodes = Extract<Action, { type: 'arm-undo' }>['nodes'];

/**
 * The steps that change Calico's objects for the guard of an address, in order; none for no changes. With
 * `guard`, which may cut somebody off, an undo is armed before the first and access is proven after the
 * last: if nobody is left to do that, the undo takes all of it back, on this machine and on these `nodes`.
 */
export function guardSteps(
  calico: CalicoObjects,
  ip: Ip,
  changes: readonly CalicoChange[],
  guard: Pick<PlannedGuard, 'covered' | 'services'> | null,
  nodes: UndoNodes = [],
): Step[] {
  if (changes.length === 0) return [];
  const steps = changes.map((change, index): Step => {
    const undo = undoOf(afterChanges(calico, changes.slice(0, index)), change);
    return {
      id: `guard-${nameOf(change)}`,
      title: titleOf(change, ip),
      sign: signOf(calico, change),
      action: { type: 'change-calico', change },
      inverse: { type: 'change-calico', change: undo },
    };
  });
  if (guard === null) return steps;
  const undo = steps
    .flatMap(({ inverse }) => (inverse?.type === 'change-calico' ? inverse.change : []))
    .reverse();
  return [armUndo(undo, guard.covered, nodes), ...steps, proveAccess(ip, guard)];
}

/** The steps that end connections which a guard does not permit: on every node, as any may have tracked them. */
export function cutSteps(snapshot: Snapshot, ip: Ip, permitted: readonly GuardedService[]): Step[] {
  return answeringNodes(snapshot).map(({ name: node }) => ({
    id: `cut-${node}`,
    title: `end connections to ${ip.text} on ${node} that are not permitted`,
    sign: '-',
    action: { type: 'cut-connections', node, ip: ip.text, permitted: [...permitted] },
    inverse: null,
  }));
}

function armUndo(undo: CalicoChange[], covered: readonly HolderChoice[], nodes: UndoNodes): Step {
  const seconds = undoSeconds(covered.length);
  const where = ['here', ...nodes.map(({ node }) => `on ${node}`)].join(', ');
  return {
    id: 'arm-undo',
    title: `arm the undo (${where}): without a word from here the guard is taken back in ${seconds} s`,
    sign: '=',
    action: { type: 'arm-undo', undo, covered: [...covered], nodes: [...nodes], seconds },
    inverse: { type: 'disarm-undo' },
  };
}

function proveAccess(
  ip: Ip,
  { covered, services }: Pick<PlannedGuard, 'covered' | 'services'>,
): Step {
  return {
    id: 'prove-access',
    title: 'prove over new connections that nothing else was cut off, and disarm the undo',
    sign: '=',
    action: {
      type: 'prove-access',
      ip: ip.text,
      covered: [...covered],
      permitted: [...services],
    },
    inverse: null,
  };
}

function nameOf(change: CalicoChange): string {
  return change.type === 'put' ? change.object.name : change.name;
}

function signOf(calico: CalicoObjects, change: CalicoChange): Step['sign'] {
  if (change.type === 'delete') return '-';
  if (change.type === 'mark') return '~';
  return undoOf(calico, change).type === 'delete' ? '+' : '~';
}

function titleOf(change: CalicoChange, ip: Ip): string {
  if (change.type === 'delete') return `delete ${change.kind} ${change.name}`;
  if (change.type === 'mark') {
    return change.ips.includes(ip.text)
      ? `mark HostEndpoint ${change.name}: policies of ${ip.text} hold there, too`
      : `take the mark of ${ip.text} off HostEndpoint ${change.name}`;
  }
  const { object } = change;
  if (object.kind === 'HostEndpoint') {
    const { node, interfaceName } = object.spec;
    return `HostEndpoint ${object.name}: policies of ${ip.text} hold at ${interfaceName} of ${node}`;
  }
  const [first] = object.spec.ingress ?? [];
  const denies = object.spec.ingress?.some(({ action }) => action === 'Deny');
  if (denies) return `GlobalNetworkPolicy ${object.name}: all else to ${ip.text} is denied`;
  const rules = (object.spec.ingress ?? []).map(({ protocol, destination, source }) => {
    const from = source?.nets ? ` from ${source.nets.join(', ')}` : '';
    return `${destination?.ports?.join(',')}/${protocol}${from}`;
  });
  return first
    ? `GlobalNetworkPolicy ${object.name}: ${ip.text} lets in ${rules.join('; ')}`
    : `GlobalNetworkPolicy ${object.name}: ${ip.text} lets in nothing`;
}
