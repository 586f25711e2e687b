import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { RefusedError, UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { SNAPSHOT_FILE } from '../snapshot/layout.ts';
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
 * Begins a snapshot in a new folder beside PATH. Throws a RefusedError where PATH is there and is no
 * snapshot, a UsageError where its folder is not there.
 */
export async function startSnapshot(path: string): Promise<SnapshotWriter> {
  const target = resolve(path);
  await mayBeReplaced(path, target);
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
      if (isArchivePath(path)) {
        const archive = join(temporary.path, 'archive');
        await packFiles(folder, inOrder(written), archive, signal);
        await rename(archive, target);
      } else {
        await replaceFolder(folder, target, join(temporary.path, 'old'));
      }
      await temporary.remove();
    },
    discard: temporary.remove,
  };
}

/** What says what it is comes first: from its beginning an archive is known. */
function inOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) =>
    a === SNAPSHOT_FILE ? -1 : b === SNAPSHOT_FILE ? 1 : a < b ? -1 : 1,
  );
}

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
  if (isThere) await rm(old, { recursive: true });
}

async function mayBeReplaced(path: string, target: string): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (!found) return;
  const isSnapshot = found.isDirectory()
    ? !isArchivePath(path) && (await isSnapshotFolder(target))
    : isArchivePath(path) && found.isFile() && (await isSnapshotArchive(target));
  if (isSnapshot) return;
  throw new RefusedError(`${oneLine(path)} is there already, and is no snapshot of extip's`, {
    reason: 'not-a-snapshot',
    help: 'give another path',
    nothingChanged: true,
  });
}

/** An empty one may be filled. */
async function isSnapshotFolder(target: string): Promise<boolean> {
  const names = await readdir(target);
  return names.length === 0 || names.includes(SNAPSHOT_FILE);
}

/** A tar begins with the name of its first file. */
async function isSnapshotArchive(target: string): Promise<boolean> {
  try {
    for await (const chunk of createReadStream(target).pipe(createGunzip())) {
      return chunk.toString('latin1', 0, SNAPSHOT_FILE.length + 1) === `${SNAPSHOT_FILE}\0`;
    }
  } catch {
    // It is no gzip.
  }
  return false;
}
