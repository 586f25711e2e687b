import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { SnapshotInfo } from '../snapshot/info.ts';
import { SNAPSHOT_FILE } from '../snapshot/layout.ts';
import { isName } from '../snapshot/names.ts';
import { parseOwn } from './parse-json.ts';
import { readRegularFile } from './read-file.ts';

/**
 * What snapshot.json says; null: there is none. Throws a UsageError where it is not what extip writes.
 * `path`: how the user names the snapshot.
 */
export async function loadInfo(path: string, folder: string): Promise<SnapshotInfo | null> {
  const content = await readRegularFile(join(folder, SNAPSHOT_FILE));
  if ('reason' in content) {
    if (content.absent) return null;
    throw bad(`${path}: ${SNAPSHOT_FILE} ${content.reason}`);
  }
  const info = parseOwn(content.bytes, SnapshotInfo);
  if ('value' in info) return info.value;
  throw bad(`${path}: ${SNAPSHOT_FILE}:${info.line}:${info.column}: ${info.message}`);
}

function bad(what: string): UsageError {
  return new UsageError(oneLine(what), { reason: 'no-snapshot' });
}

/** The names of the nodes that have a folder, in order; what is no name of a node is left out. */
export async function nodeFolders(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'nodes'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .map(({ name }) => name)
    .sort();
}
