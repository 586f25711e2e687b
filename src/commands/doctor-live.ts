import { objectOf, type Session } from '../apply/session.ts';
import { readClusterSnapshot } from '../cluster/cluster-snapshot.ts';
import { readService } from '../cluster/services.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { Examination } from '../doctor/examination.ts';
import type { Diagnosis } from '../doctor/report.ts';
import type { Scope } from '../doctor/scope.ts';
import type { Selection } from '../doctor/selection.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import { collectNodeFiles } from '../nodes/collect-files.ts';
import { NODE_FILES } from '../snapshot/node-files.ts';
import { findService } from '../snapshot/queries.ts';

/** So many nodes are asked at once, and no more files than theirs are in memory. */
const CONCURRENCY = 50;

/**
 * Examines the cluster and all of its nodes as they are; `onNode` is told how many nodes have been. Throws
 * UsageError for a node that does not exist, FailedError for a Service or an address.
 */
export async function doctorLive(
  { connection, reach, checkNames }: Session,
  scope: Scope,
  selection: Selection,
  onNode: (done: number, all: number) => void,
): Promise<Diagnosis> {
  const cluster = await readClusterSnapshot(connection);
  const { nodes } = cluster.cluster;
  checkNames(nodes);
  if (scope?.kind === 'node') objectOf(cluster, scope.node);
  if (scope?.kind === 'service' && !findService({ ...cluster, nodes: {} }, scope.name)) {
    await readService(connection.api, scope.name);
  }
  const examination = new Examination(cluster, CHECKS, selection);
  let done = 0;
  await forEachBounded(nodes, CONCURRENCY, async (node) => {
    const { state, files } = await collectNodeFiles(node, NODE_FILES, reach);
    examination.add(state, files);
    done += 1;
    onNode(done, nodes.length);
  });
  return examination.diagnosis(scope);
}
