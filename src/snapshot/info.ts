import * as z from 'zod/mini';
import type { NodeFacts, NodeState } from './model.ts';

const text = z.string();
const unread = z.array(z.looseObject({ resource: text, reason: text }));

/** What `snapshot.json` says; its apiVersion is the format's version. */
export const SnapshotInfo = z.looseObject({
  apiVersion: z.literal('extip.dev/v1'),
  kind: z.literal('Snapshot'),
  /** RFC 3339, UTC: when reading began. */
  takenAt: z.iso.datetime(),
  /** The version of extip that wrote it. */
  extip: text,
  /** The API server's, e.g. `v1.36.3`; null: not known. */
  server: z.nullable(text),
  /** The addresses that the API server was reached by. */
  apiServerAddresses: z.array(text),
  /** Why resources are not there, or not all of their objects. */
  unread,
});
export type SnapshotInfo = z.infer<typeof SnapshotInfo>;

/** What `nodes/<node>/node.json` says. */
export const NodeInfo = z.looseObject({
  status: z.enum(['ok', 'unreachable', 'denied', 'failed']),
  message: z.nullable(text),
  reachedBy: text,
  /** null where the node did not answer. */
  machine: z.nullable(
    z.looseObject({
      machineId: z.nullable(text),
      hostname: text,
      root: z.boolean(),
      arping: z.nullable(z.enum(['iputils', 'habets', 'busybox'])),
      sshAddress: z.nullable(text),
    }),
  ),
  /** Why a file is not there, by its name. */
  missing: z.record(text, text),
});
export type NodeInfo = z.infer<typeof NodeInfo>;

/** What of a node's state has no file of its own. */
export function nodeInfo(state: NodeState, missing: Readonly<Record<string, string>>): NodeInfo {
  const { status, message = null, reachedBy, facts } = state;
  // Only a snapshot that lacks the node altogether has it unknown.
  const known = status === 'unknown' ? 'failed' : status;
  return { status: known, message, reachedBy, machine: facts ? machineOf(facts) : null, missing };
}

function machineOf({ machineId, hostname, root, arping, sshAddress }: NodeFacts) {
  return { machineId, hostname, root, arping, sshAddress };
}
