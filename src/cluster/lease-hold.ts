import type { Lease } from '../snapshot/kubernetes.ts';
import { renewed } from './lease-object.ts';
import { parseIdentity } from './process-identity.ts';

/** What tells a run that has the lock from every other one. */
export interface Hold {
  /** The Lease's own; another one counts anew. */
  uid: string;
  transitions: number;
  holderIdentity: string;
}

/** The hold of the run that wrote the Lease so. */
export function holdOf({ metadata, spec }: Lease): Hold {
  const { leaseTransitions: transitions = 0, holderIdentity = '' } = spec ?? {};
  return { uid: metadata.uid ?? '', transitions, holderIdentity };
}

/**
 * Who holds the Lease once the run's undo has taken it over: one name for the undo, wherever it is carried
 * out, and no process that could be looked for.
 */
export function heirOf({ holderIdentity }: Hold): string {
  const run = parseIdentity(holderIdentity);
  return `undo of ${run ? `${run.who} (process ${run.pid})` : holderIdentity}`;
}

/** Whether no other run has taken the Lease since: it is the run's, its undo's, or was given back. */
export function isStill(lease: Lease, hold: Hold): boolean {
  const { uid, transitions, holderIdentity: holder } = holdOf(lease);
  const isOurs = ['', hold.holderIdentity, heirOf(hold)].includes(holder);
  return uid === hold.uid && transitions === hold.transitions && isOurs;
}

/** The Lease as the run's undo takes it over: with the same number, as nobody came between. */
export function inherited(lease: Lease, hold: Hold): Lease {
  return renewed({ ...lease, spec: { ...lease.spec, holderIdentity: heirOf(hold) } });
}
