import { closeSync, constants, openSync, readSync } from 'node:fs';

/** More than any kubeconfig or token has; a device or a pipe may never end. */
const MAX_BYTES = 16 * 1024 * 1024;
/** How long a pipe's writer may take, in milliseconds. */
const MAX_WAIT = 5000;
const PAUSE = 10;

/**
 * The text of a file or pipe (`--kubeconfig <(COMMAND)`), whatever it is: it ends after 16 MiB and
 * does not wait for a pipe's writer that says nothing. Throws the file system's errors, and Errors
 * that say what is wrong.
 */
export function readBounded(path: string): string {
  // Without O_NONBLOCK the open of a pipe waits for a writer, where no Ctrl-C is heard.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for (let chunk = readChunk(file); chunk.length > 0; chunk = readChunk(file)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) throw new Error('is larger than 16 MiB');
    }
    return decode(Buffer.concat(chunks));
  } finally {
    closeSync(file);
  }
}

function readChunk(file: number): Buffer {
  const chunk = Buffer.alloc(64 * 1024);
  for (let waited = 0; waited < MAX_WAIT; waited += PAUSE) {
    try {
      return chunk.subarray(0, readSync(file, chunk));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
  throw new Error(`is a pipe that says nothing for ${MAX_WAIT / 1000} s`);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('is not UTF-8');
  }
}
