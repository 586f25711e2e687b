import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** V8 makes no longer text; from a node no more is taken. */
export const MAX_FILE_BYTES = 2 ** 29 - 24;

export type FileContent = { bytes: Buffer } | { reason: string; absent: boolean };

/**
 * The bytes of a regular file. What is none (a link, a pipe, a device) is not read: the folder may
 * come from a stranger.
 */
export async function readRegularFile(path: string): Promise<FileContent> {
  try {
    // O_NONBLOCK: the open of a pipe would wait for its writer.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return { reason: 'is no regular file', absent: false };
      if (stat.size > MAX_FILE_BYTES) return { reason: 'is larger than 512 MB', absent: false };
      return { bytes: await file.readFile() };
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { reason: 'is not there', absent: true };
    if (code === 'ELOOP') return { reason: 'is no regular file', absent: false };
    return { reason: `cannot be read (${code})`, absent: false };
  }
}
