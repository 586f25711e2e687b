import type { Lease } from '../../snapshot/kubernetes.ts';
import { type ClusterSnapshot, objectsOf } from '../cluster-snapshot.ts';

/** A holder that lives renews every few seconds; clocks of two machines differ by less than this. */
const GONE_AFTER_SECONDS = 600;

/** Who has the lock, the Lease kube-system/extip. */
export interface HeldLock {
  holder: string;
  renewTime: string;
  /** By the holder's clock and the one of whoever read the cluster. */
  secondsAgo: number;
  /** It was not renewed for so long that its holder is gone. */
  isStale: boolean;
}

/** null: nobody has it. */
export function heldLock(cluster: ClusterSnapshot): HeldLock | null {
  const lease = objectsOf<Lease>(cluster, 'leases').find(
    ({ metadata }) => metadata.namespace === 'kube-system' && metadata.name === 'extip',
  );
  const { holderIdentity: holder, renewTime = '' } = lease?.spec ?? {};
  if (!holder) return null;
  const secondsAgo = Math.round((cluster.takenAt.getTime() - Date.parse(renewTime)) / 1000);
  return { holder, renewTime, secondsAgo, isStale: secondsAgo > GONE_AFTER_SECONDS };
}

/** Whether somebody may be changing things at this moment. */
export function mayBeAtWork(cluster: ClusterSnapshot): boolean {
  const lock = heldLock(cluster);
  return lock !== null && !lock.isStale;
}
