import type { CalicoChange } from '../calico/change.ts';
import type { ClusterFlags } from '../cluster/connection.ts';
import type { Hold } from '../cluster/lease-hold.ts';

/** What the watchdog on the operator's machine is told, as one line of JSON. */
export interface WatchdogOrder {
  /** Which cluster, as whom. Credentials are read anew, from where these lead. */
  flags: ClusterFlags;
  /** What takes back what is about to be done, in this order. */
  undo: readonly CalicoChange[];
  /** How long it waits to be disarmed. */
  seconds: number;
  /** The lock of the run: once another run has it, what is there is that one's. */
  hold: Hold;
  fieldManager: string;
}

/** What the watchdog says, each as one line of JSON. */
export type WatchdogMessage =
  | { state: 'armed' }
  | { state: 'refused'; message: string; help?: string }
  | { state: 'disarmed' }
  /** From now on it cannot be disarmed. */
  | { state: 'fired' }
  /**
   * All is taken back, or the time for it is over, or another run has the lock: `left` says how many changes
   * were not made.
   */
  | { state: 'ended'; left: number };

/** The line that ends the watchdog; the end of its input does not. */
export const DISARM = 'disarm';
