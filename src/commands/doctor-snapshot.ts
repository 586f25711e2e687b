import { objectOf } from '../apply/session.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { Examination } from '../doctor/examination.ts';
import type { Diagnosis } from '../doctor/report.ts';
import type { Scope } from '../doctor/scope.ts';
import type { Selection } from '../doctor/selection.ts';
import { NODE_FILES } from '../snapshot/node-files.ts';
import { loadClusterSnapshot } from '../store/load-cluster-snapshot.ts';
import { type OpenSnapshot, openSnapshot } from '../store/open-snapshot.ts';
import { serviceInSnapshot } from './service-in-snapshot.ts';

/**
 * Examines a snapshot, one node's files in memory at a time. Throws UsageError for what is no snapshot, and as
 * `doctorLive` for what is not in it.
 */
export async function doctorSnapshot(
  path: string,
  scope: Scope,
  selection: Selection,
): Promise<Diagnosis> {
  const opened = await openSnapshot(path);
  try {
    return await examine(opened, scope, selection);
  } finally {
    await opened.close();
  }
}

async function examine(
  opened: OpenSnapshot,
  scope: Scope,
  selection: Selection,
): Promise<Diagnosis> {
  const cluster = await loadClusterSnapshot(opened);
  if (scope?.kind === 'node') objectOf(cluster, scope.node);
  if (scope?.kind === 'service') serviceInSnapshot(opened.snapshot, scope.name);
  const examination = new Examination(cluster, CHECKS, selection);
  for (const [name, state] of Object.entries(opened.snapshot.nodes)) {
    examination.add(state, await opened.nodeFiles(name, NODE_FILES));
  }
  return examination.diagnosis(scope);
}
