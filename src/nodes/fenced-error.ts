import { type ErrorDetails, RefusedError } from '../errors.ts';

/** A node refused a script: it has seen a higher number of the lock, or a later step. */
export class FencedError extends RefusedError {
  /** The number that the node has seen. */
  readonly seen: number;

  constructor(message: string, details: ErrorDetails & { seen: number }) {
    super(message, details);
    this.seen = details.seen;
  }
}
