import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { quote } from '../quote.ts';

const MAX_BYTES = 1024 * 1024;

/**
 * The text of a file that only its owner, this user or root, can change; null when there is none.
 * The configuration names commands to run, so whoever can write it can run them. Throws a
 * UsageError for any other file: writable by others, somebody else's, over 1 MiB, not UTF-8.
 */
export async function readSafeFile(path: string): Promise<string | null> {
  const file = await openFile(path);
  if (!file) return null;
  try {
    await checkSafe(path, file);
    return decode(path, await file.readFile());
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    // Without O_NONBLOCK the open of a named pipe waits for a writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'failed';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw refuse(path, `cannot be read (${code})`, 'config-unreadable');
  }
}

async function checkSafe(path: string, file: FileHandle): Promise<void> {
  const stat = await file.stat();
  const { mode, uid, size } = stat;
  if (!stat.isFile()) throw refuse(path, 'is not a regular file', 'config-unreadable');
  const user = process.geteuid?.() ?? uid;
  if (uid !== user && uid !== 0) {
    throw refuse(path, `belongs to user ${uid}, neither to you (${user}) nor to root`);
  }
  if (mode & 0o022) {
    const others = mode & 0o002 ? 'everybody' : 'its group';
    throw refuse(
      path,
      `can be written by ${others}`,
      'config-unsafe',
      `chmod go-w -- ${quote(oneLine(path))}`,
    );
  }
  if (size > MAX_BYTES) throw refuse(path, 'is larger than 1 MiB', 'config-invalid');
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(path, 'is not UTF-8', 'config-invalid');
  }
}

function refuse(path: string, what: string, reason = 'config-unsafe', help?: string): UsageError {
  return new UsageError(`configuration ${oneLine(path)} ${what}`, {
    reason,
    ...(help && { help }),
  });
}
