import { setTimeout as sleep } from 'node:timers/promises';
import type { CalicoChange } from '../calico/change.ts';
import { ApiError } from '../cluster/api.ts';
import { changeCalico } from '../cluster/change-calico.ts';
import { type Connection, connect } from '../cluster/connection.ts';
import { ExtipError } from '../errors.ts';
import type { WatchdogOrder } from './order.ts';

type Undo = Pick<WatchdogOrder, 'flags' | 'undo' | 'fieldManager'>;

/** What hangs is given up soon, and tried again. */
const REQUEST_TIMEOUT = '10s';
const GIVE_UP_SECONDS = 600;
const PAUSES = { first: 250, most: 5000 };

/** Asks the API for what the changes need, and stores nothing. Throws what it answers. */
export async function tryOut({ flags, undo, fieldManager }: Undo): Promise<void> {
  const { api } = await connectAnew(flags);
  for (const change of undo) {
    await changeCalico(api, change, { lockCheck, fieldManager, dryRun: true });
  }
}

/**
 * Carries the changes out, again and again until the API has taken each, for at most ten minutes; how many
 * it has not. Never throws.
 */
export async function takeBack(order: Undo): Promise<number> {
  const started = performance.now();
  let left = order.undo;
  for (let pause = PAUSES.first; ; pause = Math.min(2 * pause, PAUSES.most)) {
    left = await takeBackOnce({ ...order, undo: left });
    const seconds = (performance.now() - started) / 1000;
    if (left.length === 0 || seconds > GIVE_UP_SECONDS) return left.length;
    await sleep(pause);
  }
}

async function takeBackOnce({ flags, undo, fieldManager }: Undo): Promise<CalicoChange[]> {
  const left: CalicoChange[] = [];
  try {
    const { api } = await connectAnew(flags);
    for (const [index, change] of undo.entries()) {
      try {
        await changeCalico(api, change, { lockCheck, fieldManager });
      } catch (error) {
        if (isNothingOfOurs(error)) continue;
        left.push(change);
        // The next one would wait as long for an answer.
        if (error instanceof ApiError && error.status === 0) {
          return [...left, ...undo.slice(index + 1)];
        }
      }
    }
    return left;
  } catch {
    return [...undo];
  }
}

/** Connections that there were may hang in what is to be taken back. */
export function connectAnew(flags: WatchdogOrder['flags']): Promise<Connection> {
  return connect({ ...flags, requestTimeout: REQUEST_TIMEOUT }, { onWarning() {} });
}

/** The lock is not needed: who held it is dead or stuck, and what it did is to be taken back whoever has it. */
async function lockCheck(): Promise<void> {}

/** Somebody put another object in its place, or took away what we had marked. */
function isNothingOfOurs(error: unknown): boolean {
  return error instanceof ExtipError && ['not-ours', 'endpoint-gone'].includes(error.reason);
}
