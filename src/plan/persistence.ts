import type { Ip } from '../net/ip.ts';
import type { RestoreState, Snapshot } from '../snapshot/model.ts';
import { holdersOf, recordsOf } from '../snapshot/queries.ts';
import type { NodeRecord } from '../snapshot/records.ts';
import type { PlannedChange, RestoreChange } from './action.ts';
import type { HolderChoice } from './choose-holder.ts';

/** What an assignment comes to when its node boots. */
export interface PlannedPersistence {
  /** The node's record is to say that the address is put back. */
  persist: boolean;
  outcome: PlannedChange['persistence'];
  /** What an operator should know; null: it survives. */
  warning: string | null;
}

/**
 * Whether the address is put back after a boot. One that was there before is its maker's to keep;
 * one that another Service wants to survive does, whatever `wanted` says.
 */
export function planPersistence(
  snapshot: Snapshot,
  { ip, holder, uid, wanted }: { ip: Ip; holder: HolderChoice; uid: string; wanted: boolean },
): PlannedPersistence {
  const { node } = holder;
  const before = recordsOf(snapshot, ip.text).find((kept) => kept.node === node)?.record;
  if (isPreexisting(snapshot, node, ip)) {
    const warning = `${ip.text} was on ${node} before extip, which does not restore it after a reboot`;
    return { persist: false, outcome: null, warning };
  }
  const shared = before?.services.some((user) => user.uid !== uid) && before.persist === true;
  const { unit, obstacle } = restoreState(snapshot, node);
  const why = !wanted && !shared ? '--no-persist' : unit === 'absent' ? obstacle : null;
  if (why === null) return { persist: true, outcome: 'survives reboot', warning: null };
  const warning = `${ip.text} stays on ${node} until reboot: ${why}`;
  return { persist: false, outcome: 'until reboot', warning };
}

/**
 * Whether the node had the address before extip: it has it, and the record, where there is one, does
 * not say that extip added it. One that a hand has taken off since is extip's once it is added.
 */
export function isPreexisting(snapshot: Snapshot, node: string, ip: Ip): boolean {
  const record = recordsOf(snapshot, ip.text).find((kept) => kept.node === node)?.record;
  const held = holdersOf(snapshot, ip.text).some((place) => place.node === node);
  return held && (record?.preexisting ?? true);
}

/** What writing the record also does to the node's restore unit. */
export function restoreChange(
  snapshot: Snapshot,
  node: string,
  record: Pick<NodeRecord, 'ip' | 'persist'>,
): { restore?: RestoreChange } {
  const { unit, obstacle } = restoreState(snapshot, node);
  if (record.persist) return unit !== 'current' && obstacle === null ? { restore: 'install' } : {};
  const others = snapshot.nodes[node]?.facts?.records ?? [];
  const needed = others.some(({ ip, persist }) => persist && ip !== record.ip);
  return unit === 'absent' || needed ? {} : { restore: 'remove' };
}

/** What a title says of it. */
export function restoreWords(restore: RestoreChange | undefined): string {
  if (restore === undefined) return '';
  return restore === 'install'
    ? ', and install what restores it after a reboot'
    : ', and remove what restored addresses after a reboot';
}

/** Whether the node lacks what the record counts on: a run was cut off, or a hand removed it. */
export function lacksRestore(snapshot: Snapshot, node: string, record: NodeRecord): boolean {
  const { unit, obstacle } = restoreState(snapshot, node);
  return record.persist === true && unit === 'absent' && obstacle === null;
}

function restoreState(snapshot: Snapshot, node: string): RestoreState {
  const facts = snapshot.nodes[node]?.facts;
  return facts?.restore ?? { unit: 'absent', obstacle: 'the node could not be read' };
}
