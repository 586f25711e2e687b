import type { Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { UsageError } from '../errors.ts';
import { isSnapshotFolder, isSnapshotPath, SNAPSHOT_FILE } from '../snapshot/layout.ts';
import { extractSnapshot } from './extract.ts';
import { loadInfo } from './load-info.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Whether a snapshot that extip wrote is all that is there: only then may it be deleted. */
export async function isOwnSnapshot(path: string, stats: Stats): Promise<boolean> {
  try {
    if (stats.isDirectory()) return await isOwnFolder(path);
    return stats.isFile() && (await isOwnArchive(path));
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** An empty one may be filled. */
async function isOwnFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  if (names.length === 0) return true;
  if ((await loadInfo(folder, folder)) === null) return false;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.every((entry) => {
    const path = relative(folder, join(entry.parentPath, entry.name));
    return entry.isFile() ? isSnapshotPath(path) : entry.isDirectory() && isSnapshotFolder(path);
  });
}

async function isOwnArchive(archive: string): Promise<boolean> {
  const { path, remove } = await temporaryFolder(join(tmpdir(), 'extip-snapshot-'));
  try {
    const isInfo = (name: string) => name === SNAPSHOT_FILE;
    const { hasOthers } = await extractSnapshot(archive, path, isInfo);
    return !hasOthers && (await loadInfo(archive, path)) !== null;
  } finally {
    await remove();
  }
}
