/** One hostile input: how it enters, and what extip must make of it. */
export interface Case {
  name: string;
  /** extip's arguments; `@DIR@` and `@CANARY@` stand for the case's own folder and canary. */
  args: string[];
  /** Beside HOME, PATH and KUBECONFIG of the case; undefined takes one away. */
  env?: Record<string, string | undefined>;
  /** Files below the case's folder, by name, beside the usual ones; null: not there. */
  files?: Record<string, string | Buffer | null>;
  /** Shell commands that prepare the folder, which is `$DIR`. */
  prepare?: string;
  /** What the API answers instead of what a healthy one does, by path. */
  api?: Record<string, Answer>;
  /** What every script on the node answers instead of what a healthy node does. */
  node?: Partial<NodeAnswer>;
  exitCode: 0 | 1 | 2 | 7;
  /** What it must say, on stdout or stderr. */
  says: RegExp;
  /** Also part of `npm test`. */
  quick?: true;
}

/** A healthy object, to be made wrong: of whatever type. */
// biome-ignore lint/suspicious/noExplicitAny: what is put into it is of none of its types.
export type Healthy = any;

/** An answer of the API: this body (an object as JSON), or the healthy one changed. */
export type Answer =
  | { body: unknown; status?: number; headers?: Record<string, string> }
  | { change: (healthy: Healthy) => void }
  | 'endless'
  | 'more and more';

/** What the stand-in of ssh prints; `@MARK@` is the script's own marker. */
export interface NodeAnswer {
  stdout: string | Buffer;
  stderr: string | Buffer;
  exitCode: number;
}
