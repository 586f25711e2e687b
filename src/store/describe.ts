import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { nodePath, PLAIN_SAVES } from '../snapshot/layout.ts';
import { NODE_FILES } from '../snapshot/node-files.ts';
import type { SnapshotReport } from '../snapshot/report.ts';
import { RESOURCES } from '../snapshot/resources.ts';
import type { OpenSnapshot } from './open-snapshot.ts';

/** What is in a snapshot, and what is not; `path`: how the user names it. */
export async function describeSnapshot(path: string, open: OpenSnapshot): Promise<SnapshotReport> {
  const { info, snapshot } = open;
  const cluster: SnapshotReport['cluster'] = [];
  for (const { resource } of RESOURCES) {
    const { items, unknown, isThere } = await open.list(resource);
    const problem = unknown.map(({ reason }) => reason).join('; ') || null;
    cluster.push({ resource, objects: isThere ? items.length : null, problem });
  }
  const nodes: SnapshotReport['nodes'] = [];
  for (const { name, status, message = null } of Object.values(snapshot.nodes)) {
    const files = await filesOf(open.folder, name);
    const absent = NODE_FILES.filter((file) => !files.some((one) => one.file === file));
    const { missing } = await open.nodeFiles(name, absent);
    const reasons = Object.entries(missing).map(([file, reason]) => ({ file, reason }));
    nodes.push({ node: name, status, message, files, missing: reasons });
  }
  return {
    path,
    takenAt: info?.takenAt ?? null,
    extip: info?.extip ?? null,
    server: info?.server ?? null,
    cluster,
    nodes,
    problems: null,
  };
}

async function filesOf(folder: string, node: string): Promise<{ file: string; bytes: number }[]> {
  const files: { file: string; bytes: number }[] = [];
  for (const file of [...NODE_FILES, ...PLAIN_SAVES]) {
    const stats = await lstat(join(folder, nodePath(node, file))).catch(() => null);
    if (stats?.isFile()) files.push({ file, bytes: stats.size });
  }
  return files;
}
