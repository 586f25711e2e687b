/**
 * A moment in a run of extip at which something outside of it is about to be done, or has been done
 * and extip does not know it yet: a script on a node, a write to the API.
 */
export interface Point {
  /** The same in every run of the same command: `k0 add-address #1 before`. */
  name: string;
  side: 'node' | 'api';
  phase: Phase;
}

/** `during`: only after the verdict `cut`, while the script runs. */
export type Phase = 'before' | 'after' | 'during';

/**
 * What becomes of it. `pass`: it goes its way. `drop`: before, it is not done; after, its result is
 * not passed on; either way the connection is lost. `cut`: the local ssh is killed while the
 * script runs, as soon as the point `during` has passed. Else what is answered in its place.
 */
export type Verdict = 'pass' | 'drop' | 'cut' | ApiAnswer | SshEnd;

/** An answer of the API that the server never gave. */
export interface ApiAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** An end of ssh that did not happen: 255 is its own failure, told by what it says. */
export interface SshEnd {
  exitCode: number;
  stderr: string;
}
