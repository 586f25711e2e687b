import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';

/** Ten times the largest dump that was ever seen. */
const MAX_BYTES = 1024 ** 3;

/** The file as a sentence names it. */
export function inputName(path: string): string {
  return path === '-' ? 'standard input' : oneLine(path);
}

/**
 * The bytes of a file, or of standard input for `-`. Throws a UsageError for what cannot be read, and
 * for more than 1 GiB.
 */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return path === '-' ? await readAll(process.stdin, path) : await readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new UsageError(`${inputName(path)}: ${why}`, { reason: 'file-unreadable' });
  }
}

/** A regular file in one piece of its own size; a pipe as it comes. */
async function readFile(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    if (stat.size > MAX_BYTES) throw tooLarge(path);
    return stat.isFile() ? await file.readFile() : await readAll(createReadStream(path), path);
  } finally {
    await file.close();
  }
}

async function readAll(stream: AsyncIterable<Buffer>, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) throw tooLarge(path);
  }
  return Buffer.concat(chunks, length);
}

function tooLarge(path: string): UsageError {
  return new UsageError(`${inputName(path)} is larger than 1 GiB`, { reason: 'file-too-large' });
}
