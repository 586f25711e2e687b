import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { SnapshotInfo } from '../snapshot/info.ts';
import { SNAPSHOT_FILE } from '../snapshot/layout.ts';
import { parseOwn } from './parse-json.ts';
import { readAs } from './read-file.ts';

/**
 * What snapshot.json says; null: there is none. Throws a UsageError where it is not what extip writes.
 * `path`: how the user names the snapshot.
 */
export async function loadInfo(path: string, folder: string): Promise<SnapshotInfo | null> {
  const info = await readAs(folder, SNAPSHOT_FILE, (bytes) => parseOwn(bytes, SnapshotInfo));
  if ('value' in info) return info.value;
  if (info.absent) return null;
  throw new UsageError(oneLine(`${path}: ${info.reason}`), { reason: 'no-snapshot' });
}
