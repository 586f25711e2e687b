import { readCluster } from '../cluster/read-cluster.ts';
import { collectNodes } from '../nodes/collect.ts';
import type { Snapshot } from '../snapshot/model.ts';
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

/** Reads the cluster and these nodes again; what is known of the others is kept. */
export async function readAgain(
  { connection, reach }: Session,
  before: Snapshot,
  names: readonly string[],
): Promise<Snapshot> {
  const wanted = before.cluster.nodes.filter(({ metadata }) => names.includes(metadata.name));
  const [cluster, nodes] = await Promise.all([
    readCluster(connection),
    collectNodes(wanted, reach),
  ]);
  return { cluster, nodes: { ...before.nodes, ...nodes } };
}
