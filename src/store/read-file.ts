import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parsed } from './parse-json.ts';

/** V8 makes no longer text; from a node no more is taken. */
export const MAX_FILE_BYTES = 2 ** 29 - 24;

/** Why a file cannot be had, as what follows its path, e.g. `is no regular file`. */
export interface Fault {
  fault: string;
  absent: boolean;
}

/**
 * The bytes of a snapshot's file, by its path in it. What is no regular file (a link, a pipe, a device)
 * is not read: the folder may come from a stranger.
 */
export async function readFile(folder: string, path: string): Promise<{ bytes: Buffer } | Fault> {
  try {
    // O_NONBLOCK: the open of a pipe would wait for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(join(folder, path), flags);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { fault: 'is no regular file', absent: false };
      if (stat.size > MAX_FILE_BYTES) return { fault: 'is larger than 512 MB', absent: false };
      return { bytes: await file.readFile() };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { fault: 'is not there', absent: true };
    if (code === 'ELOOP') return { fault: 'is no regular file', absent: false };
    return { fault: `cannot be read (${code})`, absent: false };
  }
}

/** What `read` makes of a snapshot's file, or in a sentence why that is not known. */
export async function readAs<T>(
  folder: string,
  path: string,
  read: (bytes: Buffer) => Parsed<T>,
): Promise<{ value: T } | { reason: string; absent: boolean }> {
  const content = await readFile(folder, path);
  if ('fault' in content) return { reason: whyUnknown(path, content), absent: content.absent };
  const parsed = read(content.bytes);
  if ('value' in parsed) return parsed;
  const { line, column, message } = parsed;
  return { reason: `${path}:${line}:${column}: ${message}`, absent: false };
}

/** Why what the file would say is not known, in a sentence. */
export function whyUnknown(path: string, { fault, absent }: Fault): string {
  return absent ? `the snapshot has no ${path}` : `${path} ${fault}`;
}
