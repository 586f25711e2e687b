import type { Broken } from './broken-snapshot.ts';

/** A snapshot, and all that is to be found in it. */
export interface GridCase {
  /** What is wrong, in a few words. */
  what: string;
  /** Of `snapshots`; captured from the lab. */
  snapshot: string;
  /** Put together by hand: how the recorded snapshot is changed. None: it was broken in the lab. */
  composed?: (broken: Broken) => Promise<unknown>;
  /** Composed: kube-proxy has not seen what was changed of Services and endpoints. */
  isProxyBehind?: true;
  /** `CODE OBJECT` of every error and warning, and nothing else. */
  finds: readonly string[];
  /** Of what is true of a healthy cluster too, those that this case is about. */
  tells?: readonly string[];
}
