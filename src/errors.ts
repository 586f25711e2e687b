/** What an error is, for scripts: the exit code says the class, `reason` the finer one. */
export interface ErrorDetails {
  /** Short, stable, lower-case words with dashes, e.g. `service-not-found`. */
  reason: string;
  /** The object or node it is about, e.g. `service/default/web` or `node/k0`. */
  object?: string;
  /** A literal command or an advice that helps, without a full stop. */
  help?: string;
  /** What the message sums up, one by one. */
  items?: readonly string[];
  /** It is certain that the change that was tried did not happen. */
  nothingChanged?: boolean;
  cause?: unknown;
}

/** The exit codes of every command, the same in every output format (docs/exit-codes.md). */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  found: 3,
  leftChanged: 5,
  lockHeld: 6,
  refused: 7,
  bug: 70,
  interrupted: 130,
} as const;

/** An error that a user can act on; anything else that is thrown is a bug. */
export abstract class ExtipError extends Error {
  abstract readonly exitCode: number;
  readonly reason: string;
  readonly object: string | undefined;
  readonly help: string | undefined;
  readonly items: readonly string[];
  readonly nothingChanged: boolean;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.reason = details.reason;
    this.object = details.object;
    this.help = details.help;
    this.items = details.items ?? [];
    this.nothingChanged = details.nothingChanged === true;
  }
}

/** Wrong usage or input: a flag, a name, a file the user gave. */
export class UsageError extends ExtipError {
  readonly exitCode = ExitCode.usage;
}

/** Something failed or could not be reached, and nothing is left changed. */
export class FailedError extends ExtipError {
  readonly exitCode = ExitCode.failed;
}

/** A safety check said no. */
export class RefusedError extends ExtipError {
  readonly exitCode = ExitCode.refused;
}

/** Somebody else holds the lock. */
export class LockHeldError extends ExtipError {
  readonly exitCode = ExitCode.lockHeld;
}

/** Interrupted by a signal; what was done is rolled back. */
export class InterruptedError extends ExtipError {
  readonly exitCode = ExitCode.interrupted;
}

/** Failed, and something is left changed: `left` says what, each with the command that undoes it. */
export class LeftChangedError extends ExtipError {
  readonly exitCode = ExitCode.leftChanged;
  readonly left: readonly LeftChange[];

  constructor(message: string, details: ErrorDetails & { left: readonly LeftChange[] }) {
    super(message, details);
    this.left = details.left;
  }
}

/** Something that a failed run could not take back. */
export interface LeftChange {
  what: string;
  command: string;
}
