import { RESTORE_UNIT } from '../nodes/persistence/restore-files.ts';
import type { Action } from '../plan/action.ts';
import type { Check } from '../plan/execute.ts';

/**
 * What a record's change says where it could not install, or remove, what restores addresses after
 * a boot. The address itself is served all the same: that is no reason to take it back.
 */
export function persistenceCheck(
  { node, change }: Extract<Action, { type: 'change-node' }>,
  trouble: string,
): Check[] {
  if (change.type !== 'write-record' && change.type !== 'remove-record') return [];
  const restores = change.type === 'write-record' && change.record.persist;
  const detail = restores
    ? `${change.record.ip} stays on ${node} until reboot: ${trouble}`
    : `${RESTORE_UNIT} is left on ${node}, where it does nothing: ${trouble}`;
  return [{ name: 'persistence', outcome: 'failed', detail }];
}
