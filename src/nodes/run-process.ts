import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { GrowingBuffer } from './growing-buffer.ts';

export interface ProcessEnd {
  stdout: Buffer;
  stderr: Buffer;
  /** false: there is no such program. */
  spawned: boolean;
  /** Absent where it was ended by a signal, or never started. */
  exitCode?: number;
  timedOut: boolean;
  outputTooLong: boolean;
  /** `exit 1`, `SIGKILL`, `ENOENT`: for a message. */
  how: string;
}

/** Of each stream, where the caller expects no more. */
export const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface ProcessOptions {
  /** When to give up waiting; what runs on a node is bounded there. */
  timeoutSeconds: number;
  /** How much it may say: on each stream; 64 MiB where that is not said. */
  maxBytes?: number;
  /** It is ended when extip ends. What changes something is not: it goes on to its end. */
  endsWithUs?: boolean;
}

/** The groups that are ended with extip. */
const readers = new Set<number>();
process.on('exit', () => {
  for (const group of readers) killGroup(group);
});

/**
 * The one place where a process is started for a node. It gets a process group of its own, so
 * that a Ctrl-C at the terminal does not reach ssh and end a step half-way. Output is read here
 * and not by execa, which would put all of it into an error's message, character by character.
 */
export async function runProcess(
  argv: string[],
  input: string,
  { timeoutSeconds, maxBytes = MAX_OUTPUT_BYTES, endsWithUs = false }: ProcessOptions,
): Promise<ProcessEnd> {
  const [program = '', ...rest] = argv;
  const child = execa(program, rest, { input, reject: false, detached: true, buffer: false });
  const { pid } = child;
  const kill = () => killGroup(pid);
  if (endsWithUs && pid !== undefined) readers.add(pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeoutSeconds * 1000);
  // Named, because to infer execa's type through Promise.all takes the compiler ten seconds.
  const ended: Promise<{ exitCode?: number; signal?: string; code?: string }> = child;
  const [{ exitCode, signal, code }, stdout, stderr] = await Promise.all([
    ended,
    readBounded(child.stdout, maxBytes, kill),
    readBounded(child.stderr, maxBytes, kill),
  ]);
  clearTimeout(timer);
  if (pid !== undefined) readers.delete(pid);
  return {
    stdout: stdout.bytes,
    stderr: stderr.bytes,
    spawned: pid !== undefined,
    exitCode,
    timedOut,
    outputTooLong: stdout.tooLong || stderr.tooLong,
    how: exitCode === undefined ? (signal ?? code ?? 'not started') : `exit ${exitCode}`,
  };
}

/** Past the bound nothing is kept. */
async function readBounded(
  stream: Readable,
  maxBytes: number,
  onTooLong: () => void,
): Promise<{ bytes: Buffer; tooLong: boolean }> {
  const kept = new GrowingBuffer();
  let length = 0;
  for await (const chunk of stream) {
    if (length <= maxBytes) kept.append(chunk);
    length += chunk.length;
    if (length > maxBytes) onTooLong();
  }
  return { bytes: kept.bytes(), tooLong: length > maxBytes };
}

/** Its children too: they would keep the output open. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // It ended in the meantime.
  }
}
