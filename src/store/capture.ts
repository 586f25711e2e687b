import { captureResources } from '../cluster/capture-resources.ts';
import type { Connection } from '../cluster/connection.ts';
import { resolveServer } from '../cluster/read-cluster.ts';
import { serverVersion } from '../cluster/server-version.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import type { CollectOptions } from '../nodes/collect.ts';
import { collectNodeFiles } from '../nodes/collect-files.ts';
import { toJson } from '../output/json.ts';
import { nodeInfo, type SnapshotInfo } from '../snapshot/info.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import { clusterPath, NODE_FILE, nodePath, SNAPSHOT_FILE } from '../snapshot/layout.ts';
import { listText } from '../snapshot/list-text.ts';
import { NODE_FILES } from '../snapshot/node-files.ts';
import type { SnapshotWriter } from './write-snapshot.ts';

/** Each may answer with hundreds of megabytes. */
const NODES_AT_ONCE = 8;

export interface CaptureOptions {
  connection: Connection;
  reach: CollectOptions;
  /** Told the cluster's nodes before they are read; may throw. */
  checkNames(nodes: readonly Node[]): void;
  /** The version of this extip. */
  extip: string;
  signal: AbortSignal;
}

/**
 * Reads the cluster and all of its nodes into a snapshot. A node or a resource that cannot be read is
 * in it with the reason. Throws ApiError where of the cluster nothing can be read.
 */
export async function capture(writer: SnapshotWriter, options: CaptureOptions): Promise<void> {
  const { connection, signal } = options;
  const takenAt = new Date().toISOString();
  const [resources, server, apiServerAddresses] = await Promise.all([
    captureResources(connection),
    serverVersion(connection),
    resolveServer(connection.serverHost),
  ]);
  const unread: SnapshotInfo['unread'] = [];
  for (const { resource, items, reason } of resources) {
    signal.throwIfAborted();
    if (reason !== null) unread.push({ resource, reason });
    if (items) await writer.write(clusterPath(resource), listText(items));
  }
  const info: SnapshotInfo = {
    apiVersion: 'extip.dev/v1',
    kind: 'Snapshot',
    takenAt,
    extip: options.extip,
    server,
    apiServerAddresses,
    unread,
  };
  await writer.write(SNAPSHOT_FILE, [toJson(info)]);
  const nodes = resources.find(({ resource }) => resource === 'nodes')?.items ?? [];
  await captureNodes(writer, nodes as unknown as Node[], options);
}

async function captureNodes(
  writer: SnapshotWriter,
  nodes: readonly Node[],
  { reach, checkNames, signal }: CaptureOptions,
): Promise<void> {
  checkNames(nodes);
  await forEachBounded(nodes, NODES_AT_ONCE, async (node) => {
    signal.throwIfAborted();
    await captureNode(writer, node, reach);
  });
}

async function captureNode(
  writer: SnapshotWriter,
  node: Node,
  reach: CollectOptions,
): Promise<void> {
  const { name } = node.metadata;
  const { state, files } = await collectNodeFiles(node, NODE_FILES, reach);
  for (const file of NODE_FILES) {
    const bytes = files.bytes[file];
    if (bytes) await writer.write(nodePath(name, file), [bytes]);
  }
  await writer.write(nodePath(name, NODE_FILE), [toJson(nodeInfo(state, files.missing))]);
}
