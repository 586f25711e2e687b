import { setTimeout as sleep } from 'node:timers/promises';
import { inheritLock } from '../cluster/inherit-lock.ts';
import type { Lock } from '../cluster/lock.ts';
import { connectAnew } from './connect-anew.ts';
import type { WatchdogOrder } from './order.ts';

/** Has the lock in the place of the run that armed the watchdog, so that no other run begins before the undo is through. */
export interface Heir {
  /** The lock. Throws FailedError `lock-taken` where another run has it since, ApiError where it cannot be had. */
  lock(): Promise<Lock>;
  /** Tries to have it until the signal, or until another run has it. Never throws. */
  waitFor(signal: AbortSignal): Promise<void>;
  hasLock(): boolean;
  /** Gives it back. */
  release(): Promise<void>;
}

/** The heir of the run; it has nothing yet. */
export function heirFor({ flags, hold }: Pick<WatchdogOrder, 'flags' | 'hold'>): Heir {
  let held: Lock | undefined;
  let trying: Promise<Lock> | undefined;

  async function have(): Promise<Lock> {
    try {
      await held?.check();
    } catch {
      // By a connection that may hang; another one says whose it is now.
      held = undefined;
    }
    held ??= await inheritLock((await connectAnew(flags)).api, hold);
    return held;
  }

  function lock(): Promise<Lock> {
    trying ??= have().finally(() => {
      trying = undefined;
    });
    return trying;
  }

  return {
    lock,
    async waitFor(signal) {
      while (!signal.aborted) {
        try {
          await lock();
          return;
        } catch (error) {
          if (isTaken(error)) return;
          await sleep(1000, undefined, { signal }).catch(() => {});
        }
      }
    },
    hasLock: () => held !== undefined,
    release: async () => held?.release(),
  };
}

/** Whether an error of `lock` says that another run has it. */
export function isTaken(error: unknown): boolean {
  return (error as { reason?: string }).reason === 'lock-taken';
}
