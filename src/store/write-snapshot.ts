import { lstat, mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RefusedError, UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { isOwnSnapshot } from './is-own-snapshot.ts';
import { packFiles } from './pack.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A snapshot that is being written; under its own name there is nothing until `finish`. */
export interface SnapshotWriter {
  /** Where its files are meanwhile. */
  folder: string;
  /** `path` as src/snapshot/layout.ts has it. */
  write(path: string, content: Iterable<string | Buffer>): Promise<void>;
  /** Puts the whole in place, of what was there before too. */
  finish(signal: AbortSignal): Promise<void>;
  /** Leaves nothing; after `finish` it does nothing. */
  discard(): Promise<void>;
}

/** Whether the path is that of an archive, not of a folder. */
function isArchivePath(path: string): boolean {
  return /\.(tar\.gz|tgz)$/.test(path);
}

/**
 * Begins a snapshot in a new folder beside PATH. Throws a RefusedError where PATH is there and is more
 * than a snapshot, a UsageError where its folder is not there.
 */
export async function startSnapshot(path: string): Promise<SnapshotWriter> {
  const target = resolve(path);
  await mustBeOwn(path, target);
  const temporary = await temporaryFolder(join(dirname(target), `.${basename(target)}.`)).catch(
    (error: NodeJS.ErrnoException) => {
      throw new UsageError(`${oneLine(path)} cannot be written (${error.code})`, {
        reason: 'not-writable',
      });
    },
  );
  const written: string[] = [];
  const folder = join(temporary.path, 'snapshot');
  await mkdir(folder, { mode: 0o700 });
  return {
    folder,
    async write(name, content) {
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      written.push(name);
      const handle = await open(file, 'wx', 0o600);
      try {
        for (const part of content) await handle.writeFile(part);
      } finally {
        await handle.close();
      }
    },
    async finish(signal) {
      const archive = join(temporary.path, 'archive');
      if (isArchivePath(path)) await packFiles(folder, written.sort(), archive, signal);
      // Meanwhile something else may have been put there.
      await mustBeOwn(path, target);
      if (isArchivePath(path)) await rename(archive, target);
      else await replaceFolder(folder, target, join(temporary.path, 'old'));
      await temporary.remove();
    },
    discard: temporary.remove,
  };
}

/** What was there is `old` then, to be removed with the folder that this is in. */
async function replaceFolder(fresh: string, target: string, old: string): Promise<void> {
  const isThere = await rename(target, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (isThere) await rename(old, target);
    throw error;
  }
}

/** A link is somebody's own, wherever it leads. */
async function mustBeOwn(path: string, target: string): Promise<void> {
  const found = await lstat(target).catch(() => null);
  if (!found) return;
  const isOwn = isArchivePath(path) !== found.isDirectory() && (await isOwnSnapshot(target, found));
  if (isOwn) return;
  throw new RefusedError(
    `${oneLine(path)} is there already, and is not just a snapshot of extip's`,
    {
      reason: 'not-a-snapshot',
      help: 'give another path',
      nothingChanged: true,
    },
  );
}
