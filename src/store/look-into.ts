import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { SnapshotInfo } from '../snapshot/info.ts';
import { SNAPSHOT_FILE } from '../snapshot/layout.ts';
import { isName } from '../snapshot/names.ts';
import { parseJson } from './parse-json.ts';
import { readRegularFile } from './read-file.ts';

/**
 * What snapshot.json says; null: there is none. Throws a UsageError where it is not what extip writes.
 * `path`: how the user names the snapshot.
 */
export async function loadInfo(path: string, folder: string): Promise<SnapshotInfo | null> {
  const content = await readRegularFile(join(folder, SNAPSHOT_FILE));
  if ('reason' in content) {
    if (content.absent) return null;
    throw bad(path, content.reason);
  }
  const parsed = parseJson(content.bytes);
  if ('message' in parsed) throw bad(path, `:${parsed.line}:${parsed.column}: ${parsed.message}`);
  const info = SnapshotInfo.safeParse(parsed.value);
  if (info.success) return info.data;
  const at = info.error.issues[0]?.path.map(String).join('.') || 'the whole';
  throw bad(path, `${at} is not as this extip writes it`);
}

function bad(path: string, why: string): UsageError {
  return new UsageError(
    oneLine(`${path}: ${SNAPSHOT_FILE}${why.startsWith(':') ? '' : ': '}${why}`),
    { reason: 'no-snapshot' },
  );
}

/** The names of the nodes that have a folder, in order; what is no name of a node is left out. */
export async function nodeFolders(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'nodes'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .map(({ name }) => name)
    .sort();
}
