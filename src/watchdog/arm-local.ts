import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailedError } from '../errors.ts';
import { listen } from './listen.ts';
import { DISARM, type WatchdogOrder } from './order.ts';
import { fired, type Watchdog } from './watchdog.ts';

/** A watchdog on this machine, which tells when it is no longer one. */
export interface LocalWatchdog extends Watchdog {
  /**
   * Aborted when it takes everything back, or is gone though nobody disarmed it; the reason is the
   * FailedError `watchdog-fired` or `watchdog-lost`.
   */
  alarm: AbortSignal;
}

/** Beside this file in the bundle, else the source. */
const PROGRAM = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, '..', 'watchdog.ts')
  : join(import.meta.dirname, 'watchdog.js');

const where = 'this machine';
/** An exec plugin may have to log in first. */
const ARM_SECONDS = 60;
const END_SECONDS = 10;

/**
 * Starts a process that carries the undo out once the seconds are over, unless it is disarmed before. It is
 * in a session of its own and outlives this process, however that ends. Throws FailedError
 * `watchdog-not-armed` where it cannot do it: `order.undo` is tried out as a dry run.
 */
export async function armLocal(order: WatchdogOrder): Promise<LocalWatchdog> {
  const child = spawn(process.execPath, [PROGRAM], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const pipes = [child.stdin, child.stdout] as unknown as Socket[];
  const { armed, over, ended, closed } = listen(child);
  // Its end is told by `closed`.
  child.stdin.on('error', () => {});
  // Not as an argument or a file, which others could read.
  child.stdin.write(`${JSON.stringify(order)}\n`);

  const answer = await within(ARM_SECONDS, armed);
  if (answer?.state !== 'armed') {
    child.kill('SIGKILL');
    throw new FailedError(
      `no watchdog on ${where}: ${answer ? answer.message : 'it did not start'}`,
      {
        reason: 'watchdog-not-armed',
        ...(answer?.help !== undefined && { help: answer.help }),
        nothingChanged: true,
      },
    );
  }
  // From here on this process may end without it.
  for (const handle of [child, ...pipes]) handle.unref();

  const why = `it was not disarmed within ${order.seconds} s`;
  const alarm = new AbortController();
  over.then((message) => {
    if (message?.state === 'fired') {
      alarm.abort(fired({ where }, why, 'what was done is being taken back'));
    } else if (!message) alarm.abort(lost());
  });
  return {
    where,
    alarm: alarm.signal,
    async disarm() {
      for (const handle of [child, ...pipes]) handle.ref();
      child.stdin.write(`${DISARM}\n`);
      if ((await within(END_SECONDS, over)) === undefined) child.kill('SIGKILL');
      const isFired = (await over)?.state === 'fired';
      const end = await within(END_SECONDS, isFired ? ended : closed);
      for (const handle of [child, ...pipes]) handle.unref();
      if (isFired) throw fired({ where }, why, outcomeOf(end));
    },
  };
}

/** undefined: it takes longer. */
function within<T>(seconds: number, promise: Promise<T>): Promise<T | undefined> {
  return Promise.race([promise, sleep(seconds * 1000, undefined, { ref: false })]);
}

function outcomeOf(end: { left: number } | null | undefined): string {
  if (!end) return 'it is still taking back what was done';
  return end.left === 0
    ? 'what was done is taken back'
    : 'it could not take back all that was done';
}

function lost(): FailedError {
  return new FailedError(`the watchdog on ${where} has ended: nothing would undo the change`, {
    reason: 'watchdog-lost',
    help: 'run the command again',
  });
}
