import { RefusedError } from '../errors.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { removeFileCommand } from '../snapshot/record-file.ts';

/** Throws RefusedError where the node has a file in the place of the address's record that is none. */
export function mustNotBeDamaged(snapshot: Snapshot, node: string, ip: string): void {
  const file = `${ip}.json`;
  const damaged = snapshot.nodes[node]?.facts?.damagedRecords.find((one) => one.file === file);
  if (!damaged) return;
  throw new RefusedError(`the record of ${ip} on ${node} is damaged: ${damaged.reason}`, {
    reason: 'damaged-record',
    object: `node/${node}`,
    help: `look at it, then remove it: ${removeFileCommand(node, file)}`,
    nothingChanged: true,
  });
}
