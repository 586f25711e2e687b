import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterState } from '../cluster/cluster-state.ts';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import type { SnapshotInfo } from '../snapshot/info.ts';
import type { NodeState, Snapshot } from '../snapshot/model.ts';
import { NODE_FILES, type NodeFile, type NodeFiles } from '../snapshot/node-files.ts';
import type { ResourceName } from '../snapshot/resources.ts';
import type { ApiObject } from '../snapshot/trim.ts';
import { extractSnapshot } from './extract.ts';
import { loadInfo } from './load-info.ts';
import { type Loaded, loadClusterLists, loadList } from './load-list.ts';
import { loadNodeFiles } from './load-node-files.ts';
import { loadNodeState, nodeFolders, STATE_FILES } from './load-node-state.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A snapshot that was opened: what is large in it is read when it is asked for. */
export interface OpenSnapshot {
  /** The cluster, and of every node what it said of itself. */
  snapshot: Snapshot;
  /** null: the folder was made by hand. */
  info: SnapshotInfo | null;
  /** Where it is on this machine, unpacked. */
  folder: string;
  /** All objects of a resource. */
  list<T = ApiObject>(resource: ResourceName): Promise<Loaded<T>>;
  /** These files of a node; one that is not there is missing, with the reason. */
  nodeFiles(node: string, wanted: readonly NodeFile[]): Promise<NodeFiles>;
  /** Removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Opens a folder or a FILE.tar.gz. `files`: those of nodes that will be asked for; of an archive no
 * others are unpacked. Throws a UsageError where it is no snapshot.
 */
export async function openSnapshot(
  path: string,
  { files = NODE_FILES }: { files?: readonly NodeFile[] } = {},
): Promise<OpenSnapshot> {
  const kind = await stat(path).catch(() => null);
  if (!kind) throw noSnapshot(path, 'there is no such file or folder');
  if (kind.isDirectory()) return open(path, path, async () => {});
  // A pipe may keep us waiting, and no signal would end that.
  if (!kind.isFile()) throw noSnapshot(path, 'it is neither a file nor a folder');
  const temporary = await temporaryFolder(join(tmpdir(), 'extip-snapshot-'));
  try {
    await extractSnapshot(path, temporary.path, isWanted(files));
    return await open(path, temporary.path, temporary.remove);
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

function isWanted(files: readonly NodeFile[]): (path: string) => boolean {
  const large = NODE_FILES.filter((file) => !files.includes(file) && !STATE_FILES.includes(file));
  return (path) => !large.some((file) => path.endsWith(`/${file}`));
}

async function open(
  path: string,
  folder: string,
  close: OpenSnapshot['close'],
): Promise<OpenSnapshot> {
  const info = await loadInfo(path, folder);
  const folders = await nodeFolders(folder);
  const lists = await loadClusterLists(folder, info);
  const hasLists = Object.values(lists).some(({ isThere }) => isThere);
  if (info === null && folders.length === 0 && !hasLists) {
    throw noSnapshot(path, 'it has neither cluster/*.json nor nodes/NODE of a snapshot');
  }
  // Without the Nodes the folders are the only ones that are known.
  if (lists.nodes.unknown.length > 0 && lists.nodes.items.length === 0) {
    lists.nodes.items = folders.map((name) => ({ metadata: { name } }));
  }
  const cluster = clusterState(lists, info?.apiServerAddresses ?? []);
  const names = new Set([...cluster.nodes.map(({ metadata }) => metadata.name), ...folders]);
  const states = new Map<string, NodeState>();
  for (const name of names) {
    states.set(name, await loadNodeState(folder, name, folders.includes(name)));
  }
  return {
    snapshot: { cluster, nodes: Object.fromEntries(states) },
    info,
    folder,
    list: (resource) => loadList(folder, resource, info),
    nodeFiles: (node, wanted) => loadNodeFiles(folder, node, wanted),
    close,
  };
}

function noSnapshot(path: string, why: string): UsageError {
  return new UsageError(`${oneLine(path)} is no snapshot: ${why}`, {
    reason: 'no-snapshot',
    help: 'see docs/snapshot.md for what a snapshot is, and how to make one by hand',
  });
}
