import type { ClusterFlags, Connection } from '../cluster/connection.ts';
import { FailedError, UsageError } from '../errors.ts';
import { findReach, type Reach, type ReachOptions } from '../nodes/reach.ts';
import { checkMachine, type Identity } from '../plan/check-machine.ts';
import type { Refusal } from '../plan/refusals.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';

/** One run's ways to the cluster and to its nodes. */
export interface Session {
  connection: Connection;
  /** The flags that it was made by: whoever goes on without us connects by them. */
  cluster: ClusterFlags;
  reach: ReachOptions & { log?(line: string): void };
  /** Told the cluster's nodes before they are read: throws UsageError for a `--ssh` of none of them. */
  checkNames(nodes: readonly Node[]): void;
  /** What proves that a machine is the node, where the configuration says so. */
  identity: Record<string, Identity>;
  /** This run, as the records name it. */
  run: { id: string; by: string; at: string };
  fieldManager: string;
}

/** Why a node must not be changed: the machine behind its name may be another one. */
export function refuseMachine(session: Session, snapshot: Snapshot, node: string): Refusal[] {
  const refusal = checkMachine(snapshot, node, session.identity[node]);
  return refusal ? [refusal] : [];
}

/**
 * The machine-id that a change must find on the node again; none where it was not what proved that
 * the machine is the node.
 */
export function provenMachine(
  session: Session,
  snapshot: Snapshot,
  node: string,
): { machineId?: string } {
  const seen = snapshot.nodes[node]?.facts?.machineId;
  const { nodeInfo } = objectOf(snapshot, node).status ?? {};
  if (!seen || session.identity[node] === 'address' || seen !== nodeInfo?.machineID) return {};
  return { machineId: seen };
}

/** Throws FailedError where scripts cannot run as root: before anything is planned there. */
export function mustBeRoot(snapshot: Snapshot, node: string): void {
  const state = snapshot.nodes[node];
  if (!state?.facts || state.facts.root) return;
  throw new FailedError(
    `${node} cannot be changed: reached by ${state.reachedBy}, which is not root and may not \`sudo -n sh\``,
    {
      reason: 'node-denied',
      object: `node/${node}`,
      help: 'log in as root, or allow sudo without a password: see docs/permissions.md',
    },
  );
}

/** The Node object of this name; the snapshot has it wherever a plan names it. */
export function objectOf(snapshot: { cluster: { nodes: readonly Node[] } }, name: string): Node {
  const node = snapshot.cluster.nodes.find(({ metadata }) => metadata.name === name);
  if (!node) {
    const names = snapshot.cluster.nodes.map(({ metadata }) => metadata.name);
    throw new UsageError(`the cluster has no node ${name}`, {
      reason: 'node-not-found',
      object: `node/${name}`,
      help: `its nodes: ${names.join(', ')}`,
    });
  }
  return node;
}

/** The way to a node that a plan names. */
export function reachNode(session: Session, snapshot: Snapshot, name: string): Promise<Reach> {
  return findReach(objectOf(snapshot, name), session.reach);
}
