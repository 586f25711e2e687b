import { type ErrorDetails, FailedError, RefusedError } from '../errors.ts';
import type { NodeChange } from '../plan/action.ts';
import { RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { changeScript, FENCE_FILE, type Fence, fenceScript, recordFile } from './change-script.ts';
import { checkChange, checkFence } from './check-change.ts';
import { lastLine, plainLine } from './plain-line.ts';
import { quote } from './quote.ts';
import type { Reach } from './reach.ts';
import { type RunOptions, runScript } from './run-script.ts';
import type { Script } from './script.ts';

export type { Fence } from './change-script.ts';

export interface NodeChangeResult {
  /** false: it was so already. */
  changed: boolean;
  message?: string;
}

/**
 * Makes one change on a node, as root, in one script that decides from what is there and reports
 * its own result. A script that carries a lower fence than the node has seen for this cluster does
 * nothing. The folder and its fence file stay on the node for good, also when the last record is
 * gone: without them a script that was delayed could still act on a lock that was lost long ago.
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
  return runFenced(reach, changeScript(change, fence), fence, describe(change), options);
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
  await runFenced(reach, fenceScript(fence), fence, 'raise the fence', options);
}

async function runFenced(
  reach: Reach,
  script: Script,
  fence: Fence,
  title: string,
  options: RunOptions,
): Promise<NodeChangeResult> {
  const run = await runScript(reach, script, options);
  const section = run.sections.get('change');
  const what = `${title} on node ${reach.node}`;
  const details = (reason: string, help?: string): ErrorDetails => ({
    reason,
    object: `node/${reach.node}`,
    ...(help !== undefined && { help }),
    nothingChanged: true,
  });
  if (!section) {
    const doubt = run.neverRan ? '' : '; whether it was done is not known';
    throw new FailedError(`${what}: ${run.message}${doubt}`, {
      ...details(`node-${run.status}`),
      nothingChanged: run.neverRan,
    });
  }
  const [answer = '', ...rest] = section.stdout.trim().split(' ');
  const after =
    rest[0] === 'left' ? 'it was on the node before and stays' : 'it was taken off again';
  const where = placesIn(rest.join(' '));
  switch (answer) {
    case 'changed':
      return { changed: true };
    case 'unchanged':
      return where === ''
        ? { changed: false }
        : { changed: false, message: `left: it is ${where}` };
    case 'fenced':
      throw new RefusedError(
        `${what}: refused by the node: another run holds the lock since (it has seen number ${rest[0]}, ours is ${fence.transitions})`,
        details(
          'fenced',
          `run the command again; if the Lease kube-system/extip was deleted or restored, first remove ${FENCE_FILE} on ${reach.node}`,
        ),
      );
    case 'busy':
      throw new FailedError(
        `${what}: another script holds ${RECORDS_DIRECTORY} there for 20 s`,
        details('node-busy'),
      );
    case 'elsewhere':
      throw new RefusedError(`${what}: it is already ${where}`, details('address-elsewhere'));
    case 'no-interface':
      throw new FailedError(
        `${what}: there is no such interface: ${lastLine(section.stderr)}`,
        details('no-interface'),
      );
    case 'duplicate':
      throw new RefusedError(
        `${what}: another host on the segment has it (duplicate address detection); ${after}`,
        details('duplicate-address'),
      );
    case 'tentative':
      throw new FailedError(
        `${what}: duplicate address detection did not end within 10 s (is the link down?); ${after}`,
        details('still-tentative'),
      );
  }
  throw new FailedError(`${what}: ${lastLine(section.stderr) || `exit ${section.exitCode}`}`, {
    ...details('node-change-failed'),
    nothingChanged: answer === 'failed',
  });
}

/** The literal command, as root on the node, that makes the same change by hand. */
export function nodeChangeCommand(change: NodeChange): string {
  switch (change.type) {
    case 'write-record': {
      const file = quote(recordFile(change.record.ip));
      return `mkdir -p ${RECORDS_DIRECTORY} && printf '%s\\n' ${quote(JSON.stringify(change.record))} > ${file}`;
    }
    case 'remove-record':
      return `rm -f ${quote(recordFile(change.ip))}`;
    case 'add-address': {
      const label = change.label === null ? '' : ` label ${quote(change.label)}`;
      const source = change.prefix === 128 ? ' preferred_lft 0' : '';
      return `ip addr add ${quote(`${change.ip}/${change.prefix}`)} dev ${quote(change.interface)}${label}${source}`;
    }
    case 'remove-address':
      return `ip addr del ${quote(`${change.ip}/${change.prefix}`)} dev ${quote(change.interface)}`;
  }
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

/** `ens34 24` a line → `on ens34 as /24`. */
function placesIn(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => plainLine(line).split(' '))
    .map(([name, prefix]) => `on ${name} as /${prefix}`)
    .join(' and ');
}
