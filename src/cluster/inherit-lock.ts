import { FailedError } from '../errors.ts';
import { now } from '../moment.ts';
import type { Lease } from '../snapshot/kubernetes.ts';
import type { Api } from './api.ts';
import { holdLease } from './held-lease.ts';
import { type Hold, inherited, isStill } from './lease-hold.ts';
import { LEASE_PATH } from './lease-object.ts';
import type { Lock } from './lock.ts';

/**
 * Takes the lock over from the run that had it, for its undo: the run itself has lost it then. Throws
 * FailedError `lock-taken` where another run has taken it since, ApiError where it could not be asked.
 */
export async function inheritLock(api: Api, hold: Hold): Promise<Lock> {
  const lease = await api.get<Lease>(LEASE_PATH);
  if (!isStill(lease, hold)) {
    throw new FailedError('another run has taken the lock (lease kube-system/extip) since', {
      reason: 'lock-taken',
      object: 'lease/kube-system/extip',
    });
  }
  const sentAt = now();
  const acquired = await api.update<Lease>(LEASE_PATH, inherited(lease, hold));
  return holdLease(api, acquired, sentAt);
}
