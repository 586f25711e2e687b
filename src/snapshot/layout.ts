import { isName } from './names.ts';
import { NODE_FILES } from './node-files.ts';
import { RESOURCES } from './resources.ts';

/** When and by whom it was written; there is none in a folder made by hand. */
export const SNAPSHOT_FILE = 'snapshot.json';

/** How the node was reached, and what it said of itself. */
export const NODE_FILE = 'node.json';

/** What `iptables-save` printed, of whichever variant it is; by hand that is what people have. */
export const PLAIN_SAVES = ['iptables-save.txt', 'ip6tables-save.txt'] as const;
export type PlainSave = (typeof PLAIN_SAVES)[number];

/** Every file that a node's folder may have. */
export const NODE_FOLDER_FILES: readonly string[] = [NODE_FILE, ...PLAIN_SAVES, ...NODE_FILES];

/** The path of a resource's list in a snapshot. */
export function clusterPath(resource: string): string {
  return `cluster/${resource}.json`;
}

/** The path of a node's file in a snapshot. Throws a RangeError for what is no name of a node. */
export function nodePath(node: string, file: string): string {
  if (!isName(node)) throw new RangeError(`no name of a node: ${JSON.stringify(node)}`);
  return `nodes/${node}/${file}`;
}

/**
 * The path in a snapshot of what an archive calls so, which may have a folder around everything; null
 * where it is nothing of a snapshot.
 */
export function pathInSnapshot(name: string): string | null {
  const path = name.replace(/^(\.\/)+/, '');
  if (isSnapshotPath(path)) return path;
  const [, rest = ''] = /^[^/]+\/(.*)$/.exec(path) ?? [];
  return isSnapshotPath(rest) ? rest : null;
}

/** Whether a snapshot may have a file of this path. */
export function isSnapshotPath(path: string): boolean {
  if (path === SNAPSHOT_FILE) return true;
  const [top, second = '', third, ...more] = path.split('/');
  if (top === 'cluster') {
    return third === undefined && RESOURCES.some(({ resource }) => second === `${resource}.json`);
  }
  const isNodes = top === 'nodes' && isName(second) && more.length === 0;
  return isNodes && third !== undefined && NODE_FOLDER_FILES.includes(third);
}

/** Whether a snapshot may have a folder of this path. */
export function isSnapshotFolder(path: string): boolean {
  const [top, node, ...more] = path.split('/');
  if (top === 'nodes') return (node === undefined || isName(node)) && more.length === 0;
  return path === 'cluster';
}
