import { CHECKS } from '../doctor/checks/index.ts';
import { Examination } from '../doctor/examination.ts';
import type { DoctorReport } from '../doctor/report.ts';
import type { Selection } from '../doctor/selection.ts';
import { NODE_FILES } from '../snapshot/node-files.ts';
import { loadClusterSnapshot } from '../store/load-cluster-snapshot.ts';
import { type OpenSnapshot, openSnapshot } from '../store/open-snapshot.ts';
import { type Subject, scopeOf } from './doctor-subject.ts';

/**
 * Examines a snapshot, one node's files in memory at a time. Throws UsageError for what is no snapshot, and as
 * `doctorLive` for what is not in it.
 */
export async function doctorSnapshot(
  path: string,
  subject: Subject,
  selection: Selection,
): Promise<DoctorReport> {
  const opened = await openSnapshot(path);
  try {
    return await examine(opened, subject, selection);
  } finally {
    await opened.close();
  }
}

async function examine(
  opened: OpenSnapshot,
  subject: Subject,
  selection: Selection,
): Promise<DoctorReport> {
  const cluster = await loadClusterSnapshot(opened);
  const scope = scopeOf(subject, cluster.cluster);
  const examination = new Examination(cluster, CHECKS, selection);
  for (const [name, state] of Object.entries(opened.snapshot.nodes)) {
    examination.add(state, await opened.nodeFiles(name, NODE_FILES));
  }
  return examination.report(scope);
}
