import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, LockHeldError } from '../errors.ts';
import { now } from '../moment.ts';
import { oneLine } from '../output/sanitize.ts';
import type { Lease } from '../snapshot/kubernetes.ts';
import { type Api, ApiError } from './api.ts';
import { holdLease } from './held-lease.ts';
import type { Hold } from './lease-hold.ts';
import { keptSeconds, LEASE_PATH, LEASE_SECONDS, LEASES_PATH, taken } from './lease-object.ts';
import {
  formatIdentity,
  hasEnded,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
} from './process-identity.ts';

/** The cluster-wide lock, held: nobody else changes anything meanwhile. */
export interface Lock {
  /** Rises with every acquisition; nodes refuse a number lower than one they have seen. */
  readonly transitions: number;
  /** What tells this run from others: whoever goes on without it looks for it in the Lease. */
  readonly hold: Hold;
  /**
   * Passes while the lock is surely ours. Throws FailedError `lock-lost` when the Lease is somebody
   * else's or could not be renewed in time.
   */
  check(): Promise<void>;
  /**
   * Raises `transitions` above a number that a node has seen: after the Lease was deleted or
   * restored from a backup it is lower. Throws FailedError `lock-lost` when somebody has taken the
   * Lease since, whose number that may be; ApiError where it could not be written.
   */
  raise(above: number): Promise<void>;
  /**
   * Keeps the lock for so long, in seconds, should this process end without giving it back; nobody takes it
   * over then because the process is dead. Throws as `raise`.
   */
  outlast(seconds: number): Promise<void>;
  /** Gives the lock back; where that fails, it ends by itself after 15 s, or as `outlast` said. Never throws. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for another holder. */
  timeoutSeconds: number;
  /** Told once for each holder that has to be waited for. */
  onWait?(holder: string): void;
  signal?: AbortSignal;
}

/**
 * Takes the Lease kube-system/extip. It is free when it has no holder, when its holder was a process
 * of this machine that has ended and wanted nothing done after it, or when we saw it unchanged for its
 * whole duration. Throws
 * LockHeldError after `timeoutSeconds`, InterruptedError when `signal` aborts.
 */
export async function acquireLock(api: Api, options: LockOptions): Promise<Lock> {
  const own = ownIdentity();
  const started = performance.now();
  const seen = { resourceVersion: '', since: started, holder: '', holderSince: started };
  for (;;) {
    const lease = await api.getOrNull<Lease>(LEASE_PATH);
    const holder = lease?.spec?.holderIdentity ?? '';
    // How long we saw the Lease unchanged, by our own clock: its times are of another's.
    if (lease && lease.metadata.resourceVersion !== seen.resourceVersion) {
      seen.resourceVersion = lease.metadata.resourceVersion ?? '';
      seen.since = performance.now();
    }
    const kept = keptSeconds(lease);
    const expired = performance.now() - seen.since >= kept * 1000;
    if (!holder || expired || (kept === LEASE_SECONDS && isDead(holder, own))) {
      const lock = await take(api, lease, formatIdentity(own));
      if (lock) return lock;
      seen.holder = '';
    } else if (holder !== seen.holder) {
      seen.holder = holder;
      seen.holderSince = performance.now();
      options.onWait?.(nameOf(holder));
    }
    if (performance.now() - started >= options.timeoutSeconds * 1000) {
      throw lockHeld(seen.holder, performance.now() - (seen.holder ? seen.holderSince : started));
    }
    await pause(options.signal);
  }
}

/** Null: somebody else was faster. */
async function take(api: Api, lease: Lease | null, holder: string): Promise<Lock | null> {
  const sentAt = now();
  const wanted = taken(lease, holder);
  try {
    const acquired = lease
      ? await api.update<Lease>(LEASE_PATH, wanted)
      : await api.create<Lease>(LEASES_PATH, wanted);
    return holdLease(api, acquired, sentAt);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.status === 404)) return null;
    throw error;
  }
}

function isDead(holder: string, own: ProcessIdentity): boolean {
  const other = parseIdentity(holder);
  return other !== null && hasEnded(other, own);
}

/** Waiters ask at different moments, so that all of them get their turn. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(200 + Math.random() * 800, undefined, { signal });
  } catch (error) {
    throw new InterruptedError('interrupted while waiting for the lock', {
      reason: 'interrupted',
      object: 'lease/kube-system/extip',
      cause: error,
    });
  }
}

/** `holder` is empty where the lock was free, and each attempt to take it came too late. */
function lockHeld(holder: string, milliseconds: number): LockHeldError {
  const seconds = Math.round(milliseconds / 1000);
  const how = holder
    ? `is held by ${nameOf(holder)}, for ${seconds} s that we saw`
    : `could not be taken within ${seconds} s: 409 Conflict, each time that we wanted to`;
  return new LockHeldError(`the lock (lease kube-system/extip) ${how}`, {
    reason: 'lock-held',
    object: 'lease/kube-system/extip',
    help: 'wait longer with --lock-timeout SECONDS',
  });
}

/** `root@ops1 (process 4711)`, safe for a terminal; any text may stand in the Lease. */
function nameOf(holder: string): string {
  const identity = parseIdentity(holder);
  return oneLine(identity ? `${identity.who} (process ${identity.pid})` : holder);
}
