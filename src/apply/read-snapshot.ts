import { readCluster } from '../cluster/read-cluster.ts';
import { collectNodes } from '../nodes/collect.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { Decided } from './carry-out.ts';
import type { Session } from './session.ts';

/**
 * Reads the cluster and all of its nodes; a node that cannot be read says so in its state. Throws
 * UsageError where `--ssh` names a node that does not exist.
 */
export async function readSnapshot(session: Session): Promise<Snapshot> {
  const { connection, reach } = session;
  const cluster = await readCluster(connection);
  session.checkNames(cluster.nodes);
  return { cluster, nodes: await collectNodes(cluster.nodes, reach) };
}

/**
 * What a decision is made from: everything, or after an earlier decision the cluster and the nodes that its plan
 * changes; what is known of the others is kept.
 */
export async function readToDecide(session: Session, before: Decided | null): Promise<Snapshot> {
  if (!before) return readSnapshot(session);
  const { connection, reach } = session;
  const { plan, snapshot } = before;
  const changed = new Set(plan.changes.map(({ node }) => node));
  const wanted = snapshot.cluster.nodes.filter(({ metadata }) => changed.has(metadata.name));
  const [cluster, nodes] = await Promise.all([
    readCluster(connection),
    collectNodes(wanted, reach),
  ]);
  return { cluster, nodes: { ...snapshot.nodes, ...nodes } };
}
