import { setTimeout as sleep } from 'node:timers/promises';
import type { CalicoChange } from '../calico/change.ts';
import { ApiError } from '../cluster/api.ts';
import { changeCalico } from '../cluster/change-calico.ts';
import { ExtipError } from '../errors.ts';
import { connectAnew } from './connect-anew.ts';
import { type Heir, isTaken } from './heir.ts';
import type { WatchdogOrder } from './order.ts';
import { GIVE_UP_SECONDS, LOCK_PATIENCE_SECONDS } from './patience.ts';

type Undo = Pick<WatchdogOrder, 'flags' | 'undo' | 'fieldManager'>;
type LockCheck = () => Promise<void>;

const PAUSES = { first: 250, most: 5000 };

/** Asks the API for what the changes need, and stores nothing. Throws what it answers. */
export async function tryOut({ flags, undo, fieldManager }: Undo): Promise<void> {
  const { api } = await connectAnew(flags);
  for (const change of undo) {
    await changeCalico(api, change, { lockCheck: noLock, fieldManager, dryRun: true });
  }
}

/**
 * Carries the changes out, again and again until the API has taken each, for at most ten minutes, and under
 * the lock; not one more once another run has it. How many are left. Never throws.
 */
export async function takeBack(order: Undo, heir: Pick<Heir, 'lock'>): Promise<number> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let left = order.undo;
  for (let pause = PAUSES.first; ; pause = Math.min(2 * pause, PAUSES.most)) {
    try {
      const lockCheck = await checkOf(heir, seconds());
      left = await takeBackOnce({ ...order, undo: left }, lockCheck);
    } catch (error) {
      if (isTaken(error)) return left.length;
    }
    if (left.length === 0 || seconds() > GIVE_UP_SECONDS) return left.length;
    await sleep(pause);
  }
}

async function checkOf(heir: Pick<Heir, 'lock'>, seconds: number): Promise<LockCheck> {
  try {
    const lock = await heir.lock();
    return () => lock.check();
  } catch (error) {
    if (isTaken(error) || seconds < LOCK_PATIENCE_SECONDS) throw error;
    return noLock;
  }
}

async function takeBackOnce(
  { flags, undo, fieldManager }: Undo,
  lockCheck: LockCheck,
): Promise<CalicoChange[]> {
  const { api } = await connectAnew(flags);
  const left: CalicoChange[] = [];
  for (const [index, change] of undo.entries()) {
    try {
      await changeCalico(api, change, { lockCheck, fieldManager });
    } catch (error) {
      if (isNothingOfOurs(error)) continue;
      left.push(change);
      // The next one would wait as long for an answer, or find the lock lost as well.
      if (!(error instanceof ApiError) || error.status === 0) {
        return [...left, ...undo.slice(index + 1)];
      }
    }
  }
  return left;
}

async function noLock(): Promise<void> {}

/** Somebody put another object in its place, or took away what we had marked. */
function isNothingOfOurs(error: unknown): boolean {
  return error instanceof ExtipError && ['not-ours', 'endpoint-gone'].includes(error.reason);
}
