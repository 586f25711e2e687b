import { FailedError } from '../errors.ts';

/**
 * Keeps a reader that is gone (`extip list | head -1`, a closed terminal) from crashing a run that
 * may be half-way through a change. `onGone` is called when it is stdout's; `onFailed` when stdout
 * cannot be written for another reason, such as a full disk.
 */
export function guardStreams(handlers: {
  onGone(): void;
  onFailed(error: FailedError): void;
}): void {
  // Nobody is left to be told about stderr.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    // EIO: the terminal was closed.
    if (cause.code === 'EPIPE' || cause.code === 'EIO') handlers.onGone();
    else handlers.onFailed(notWritten(cause));
  });
}

function notWritten(cause: NodeJS.ErrnoException): FailedError {
  return new FailedError(`the result could not be written to stdout: ${cause.message}`, {
    reason: 'output-failed',
    cause,
  });
}
