import { RefusedError } from '../errors.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf, isOwnAddress } from '../snapshot/queries.ts';
import { removeFileCommand } from '../snapshot/record-file.ts';
import type { NodeRecord } from '../snapshot/records.ts';
import type { Step } from './action.ts';
import { onNode } from './on-node.ts';
import { restoreChange, restoreWords } from './persistence.ts';

/** The steps that leave the record to the Services that stay; with the last the address goes. */
export function takeOffNode(
  snapshot: Snapshot,
  node: string,
  record: NodeRecord,
  staying: NodeRecord['services'],
): Step[] {
  return staying.length === 0
    ? withdraw(snapshot, node, record)
    : [shareRecord(snapshot, node, record, staying)];
}

/** The record goes on with fewer Services; the address stays. */
function shareRecord(
  snapshot: Snapshot,
  node: string,
  record: NodeRecord,
  services: NodeRecord['services'],
): Step {
  const gone = record.services.filter((user) => !services.includes(user));
  const names = gone.map((user) => `${user.namespace}/${user.name}`).join(', ');
  const { restore } = restoreChange(snapshot, node, record);
  return {
    id: 'record-node',
    title: `take ${names} off the record on ${node}, which others share${restoreWords(restore)}`,
    sign: '~',
    action: onNode(node, {
      type: 'write-record',
      record: { ...record, services },
      ...(restore && { restore }),
    }),
    inverse: onNode(node, { type: 'write-record', record }),
  };
}

/**
 * Takes the address and then its record off the node; an address that was there before stays. A
 * boot in the middle must not put the address back when its record is about to go: that is first.
 */
function withdraw(snapshot: Snapshot, node: string, record: NodeRecord): Step[] {
  if (!record.preexisting) mustNotBeOwn(snapshot, node, record.ip);
  const place = { ip: record.ip, prefix: record.prefix, interface: record.interface };
  const forgotten = record.persist ? { ...record, persist: false } : record;
  const address: Step = {
    id: 'remove-address',
    title: `remove ${record.ip}/${record.prefix} from ${record.interface} on ${node}`,
    sign: '-',
    action: onNode(node, { type: 'remove-address', ...place }),
    inverse: onNode(node, { type: 'add-address', ...place, label: record.label }),
  };
  // What restores went with the step before, where the record is to be restored.
  const { restore } = record.persist ? {} : restoreChange(snapshot, node, record);
  const forgetIt: Step = {
    id: 'remove-record',
    title: `remove the record on ${node}${restoreWords(restore)}`,
    sign: '-',
    action: onNode(node, { type: 'remove-record', ip: record.ip, ...(restore && { restore }) }),
    inverse: onNode(node, { type: 'write-record', record: forgotten }),
  };
  const stopRestoring: Step = {
    id: 'stop-restoring',
    title: `no longer restore ${record.ip} on ${node} after a reboot`,
    sign: '-',
    action: onNode(node, {
      type: 'write-record',
      record: forgotten,
      ...restoreChange(snapshot, node, forgotten),
    }),
    inverse: onNode(node, { type: 'write-record', record }),
  };
  const held = holdersOf(snapshot, record.ip).some(
    (holder) =>
      holder.node === node &&
      holder.interface === record.interface &&
      holder.prefix === record.prefix,
  );
  return [
    ...(record.persist ? [stopRestoring] : []),
    ...(held && !record.preexisting ? [address] : []),
    forgetIt,
  ];
}

/** A record can be forged: the addresses that the node itself lives by are never taken off. */
function mustNotBeOwn(snapshot: Snapshot, node: string, ip: string): void {
  if (!isOwnAddress(snapshot, node, ip)) return;
  throw new RefusedError(`${ip} is an address that ${node} itself lives by: it is not removed`, {
    reason: 'protected-address',
    object: `node/${node}`,
    help: `the record is wrong: ${removeFileCommand(node, `${ip}.json`)}`,
  });
}
