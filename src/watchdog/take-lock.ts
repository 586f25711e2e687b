import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock } from '../cluster/lock.ts';
import type { WatchdogOrder } from './order.ts';
import { connectAnew } from './take-back.ts';

/**
 * Takes the lock that a run had which has ended, so that no other run takes for done what is about to be
 * taken back. Tries until the signal; null: somebody else has it, or the API does not answer.
 */
export async function takeLock(
  { flags }: Pick<WatchdogOrder, 'flags'>,
  signal: AbortSignal,
): Promise<Lock | null> {
  while (!signal.aborted) {
    try {
      const { api } = await connectAnew(flags);
      return await acquireLock(api, { timeoutSeconds: 5, signal });
    } catch {
      await sleep(1000, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}
