import { FailedError, RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService, isLive, isUnread, recordsOf } from '../snapshot/queries.ts';
import { removeFileCommand } from '../snapshot/record-file.ts';
import type { NodeRecord } from '../snapshot/records.ts';
import type { Plan } from './action.ts';
import { mustNotBeDamaged } from './damaged-record.ts';
import { takeOffNode } from './take-off-node.ts';

/**
 * The steps that clean up a node's record that no Service stands behind any more; none where the
 * node has no such record. Throws FailedError where the node could not be read, RefusedError where
 * the record is not an orphan of this cluster.
 */
export function planOrphanRelease(snapshot: Snapshot, node: string, ip: Ip): Plan {
  mustBeRead(snapshot, node, ip);
  mustNotBeDamaged(snapshot, node, ip.text);
  const found = recordsOf(snapshot, ip.text).find((candidate) => candidate.node === node)?.record;
  const changes = [
    {
      verb: 'release' as const,
      service: null,
      ip: ip.text,
      node,
      interface: found?.interface ?? '',
      persistence: null,
    },
  ];
  if (!found) return { changes, steps: [], warnings: [] };
  if (found.cluster !== snapshot.cluster.uid) {
    throw new RefusedError(`${node} holds ${ip.text} for another cluster`, {
      reason: 'other-cluster',
      object: `node/${node}`,
      help: `if that cluster is gone: ${removeFileCommand(node, `${ip.text}.json`)}`,
    });
  }
  const live = found.services.filter((user) => isLive(snapshot, node, ip.text, user.uid));
  if (live.length === found.services.length) throw inUse(snapshot, node, ip, live);
  return { changes, steps: takeOffNode(snapshot, node, found, live), warnings: [] };
}

function mustBeRead(snapshot: Snapshot, node: string, ip: Ip): void {
  const state = snapshot.nodes[node];
  if (state?.facts) return;
  const why = state?.message ?? state?.status ?? 'not asked';
  throw new FailedError(`${node}, which may hold ${ip.text}, cannot be read: ${why}`, {
    reason: 'holder-unreachable',
    object: `node/${node}`,
  });
}

function inUse(
  snapshot: Snapshot,
  node: string,
  ip: Ip,
  users: NodeRecord['services'],
): RefusedError {
  const names = users.map((user) => `${user.namespace}/${user.name}`);
  const unread = users.filter((user) => !findService(snapshot, user));
  if (unread.length > 0 && isUnread(snapshot, 'services')) {
    return new RefusedError(
      `${ip.text} on ${node} may be in use by ${names.join(', ')}: not all Services could be read`,
      { reason: 'in-use', object: `node/${node}`, help: 'see docs/permissions.md' },
    );
  }
  return new RefusedError(`${ip.text} on ${node} is in use by ${names.join(', ')}`, {
    reason: 'in-use',
    object: `node/${node}`,
    help: `extip release ${names[0]} ${ip.text}`,
  });
}
