import type { Lease } from '../snapshot/kubernetes.ts';
import { resourcePath } from './paths.ts';

/** How long a holder that renews no more keeps the lock, unless it asked for longer. */
export const LEASE_SECONDS = 15;

/** Whatever the Lease says, nobody keeps it for longer. */
const MOST_SECONDS = 3600;

const NAMESPACE = 'kube-system';
const NAME = 'extip';
const GROUP_VERSION = 'coordination.k8s.io/v1';

export const LEASES_PATH = resourcePath(GROUP_VERSION, 'leases', { namespace: NAMESPACE });
export const LEASE_PATH = resourcePath(GROUP_VERSION, 'leases', {
  namespace: NAMESPACE,
  name: NAME,
});

/** The Lease as its new holder writes it; `lease` is null where there is none yet. */
export function taken(lease: Lease | null, holderIdentity: string): Lease {
  const now = microTime();
  return {
    apiVersion: GROUP_VERSION,
    kind: 'Lease',
    ...lease,
    metadata: lease?.metadata ?? { namespace: NAMESPACE, name: NAME },
    spec: {
      ...lease?.spec,
      holderIdentity,
      leaseDurationSeconds: LEASE_SECONDS,
      leaseTransitions: (lease?.spec?.leaseTransitions ?? 0) + 1,
      acquireTime: now,
      renewTime: now,
    },
  } as Lease;
}

/** The Lease as its holder renews it. */
export function renewed(lease: Lease): Lease {
  return { ...lease, spec: { ...lease.spec, renewTime: microTime() } };
}

/** The Lease as its holder writes it to have a number above this one. */
export function raised(lease: Lease, above: number): Lease {
  const { leaseTransitions = 0 } = lease.spec ?? {};
  const next = { ...lease.spec, leaseTransitions: Math.max(leaseTransitions, above + 1) };
  return renewed({ ...lease, spec: next });
}

/** The Lease as its holder writes it to keep it for so long, in seconds, after the last renewal. */
export function lasting(lease: Lease, seconds: number): Lease {
  return renewed({ ...lease, spec: { ...lease.spec, leaseDurationSeconds: Math.ceil(seconds) } });
}

/** How long the holder keeps the lock when it renews no more, in seconds. */
export function keptSeconds(lease: Lease | null): number {
  const { leaseDurationSeconds = LEASE_SECONDS } = lease?.spec ?? {};
  return Math.min(Math.max(leaseDurationSeconds, LEASE_SECONDS), MOST_SECONDS);
}

/** The Lease without a holder; it stays, so that `leaseTransitions` never goes back. */
export function released(lease: Lease): Lease {
  const { holderIdentity: _, ...spec } = lease.spec ?? {};
  return { ...lease, spec };
}

/** Whether nobody has taken the Lease since `acquired` was written. */
export function sameHold(lease: Lease | null, acquired: Lease): boolean {
  return (
    lease?.spec?.holderIdentity === acquired.spec?.holderIdentity &&
    lease?.spec?.leaseTransitions === acquired.spec?.leaseTransitions &&
    lease?.metadata.uid === acquired.metadata.uid
  );
}

/** Kubernetes' MicroTime wants six digits. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
