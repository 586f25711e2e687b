import { type ErrorDetails, FailedError, RefusedError } from '../errors.ts';
import { RECORDS_DIRECTORY } from '../snapshot/records.ts';
import type { NodeChangeResult } from './change.ts';
import { FENCE_FILE, type Fence } from './change-script.ts';
import { FencedError } from './fenced-error.ts';
import { lastLine, plainLine } from './plain-line.ts';
import type { Reach } from './reach.ts';
import type { ScriptRun } from './run-script.ts';

/**
 * What came of a change, by what its script answered; `title` says what was to be done. Throws
 * RefusedError where the node says no, FailedError where it failed.
 */
export function readChangeAnswer(
  reach: Reach,
  run: ScriptRun,
  fence: Fence,
  title: string,
): NodeChangeResult {
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
  const said = rest.join(' ');
  const after = said === 'left' ? 'it was on the node before and stays' : 'it was taken off again';
  switch (answer) {
    case 'changed':
    case 'unchanged':
      return { changed: answer === 'changed', ...(said !== '' && { message: plainLine(said) }) };
    case 'left':
      return { changed: false, message: `left: it is ${placesIn(said)}` };
    case 'fenced':
      throw new FencedError(
        `${what}: refused by the node: another run holds the lock since (it has seen number ${plainLine(said)}, ours is ${fence.transitions})`,
        {
          ...details(
            'fenced',
            `run the command again; if that does not help, and no other run is under way, first remove ${FENCE_FILE} on ${reach.node}`,
          ),
          seen: Number(said),
        },
      );
    case 'wrong-machine':
      throw new RefusedError(
        `${what}: refused: another machine answers there by now: its machine-id is ${plainLine(said) || 'missing'}, that of the one that was looked at is ${fence.machineId}`,
        details('wrong-machine', `see which machine this leads to: ${reach.description}`),
      );
    case 'busy':
      throw new FailedError(
        `${what}: another script holds ${RECORDS_DIRECTORY} there for 20 s`,
        details('node-busy'),
      );
    case 'elsewhere':
      throw new RefusedError(
        `${what}: it is already ${placesIn(said)}`,
        details('address-elsewhere'),
      );
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

/** `ens34 24` a line → `on ens34 as /24`. */
function placesIn(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => plainLine(line).split(' '))
    .map(([name, prefix]) => `on ${name} as /${prefix}`)
    .join(' and ');
}
