import type { NodeChange } from '../plan/action.ts';
import { readChangeAnswer } from './change-answer.ts';
import { changeScript, type Fence, fenceScript } from './change-script.ts';
import { checkChange, checkFence } from './check-change.ts';
import type { Reach } from './reach.ts';
import { type RunOptions, runScript } from './run-script.ts';

export type { Fence } from './change-script.ts';

export interface NodeChangeResult {
  /** false: it was so already. */
  changed: boolean;
  message?: string;
}

/**
 * Makes one change on a node, as root, in one script that decides from what is there and reports
 * its own result. A script that carries a lower fence than the node has seen for this cluster, or
 * comes to another machine, does nothing. The folder and its fence file stay on the node for good,
 * also when the last record is gone: without them a script that was delayed could still act on a
 * lock that was lost long ago.
 *
 * Throws RefusedError where the node says no, FailedError where it failed; `nothingChanged` says
 * where it is certain that nothing was done.
 */
export async function applyNodeChange(
  reach: Reach,
  change: NodeChange,
  fence: Fence,
  options: RunOptions = {},
): Promise<NodeChangeResult> {
  checkChange(change, fence);
  const run = await runScript(reach, changeScript(change, fence), options);
  return readChangeAnswer(reach, run, fence, describe(change));
}

/**
 * Raises the node's fence and changes nothing else: from then on, what earlier holders of the lock
 * may still have on its way does nothing there. Throws as `applyNodeChange` does.
 */
export async function raiseFence(
  reach: Reach,
  fence: Fence,
  options: RunOptions = {},
): Promise<void> {
  checkFence(fence);
  const run = await runScript(reach, fenceScript(fence), options);
  readChangeAnswer(reach, run, fence, 'raise the fence');
}

function describe(change: NodeChange): string {
  switch (change.type) {
    case 'write-record':
      return `write the record of ${change.record.ip}`;
    case 'remove-record':
      return `remove the record of ${change.ip}`;
    case 'add-address':
      return `add ${change.ip}/${change.prefix} to ${change.interface}`;
    case 'remove-address':
      return `remove ${change.ip}/${change.prefix} from ${change.interface}`;
  }
}
