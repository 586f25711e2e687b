import type { AddressChange, NodeChange } from '../plan/action.ts';
import { quote } from '../quote.ts';
import { type NodeRecord, nodeRecordText, RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { FRAME } from './change-frame.ts';
import {
  ADD_ADDRESS_4,
  ADD_ADDRESS_6,
  REMOVE_ADDRESS,
  REMOVE_RECORD,
  WRITE_PERSISTENT_RECORD,
  WRITE_RECORD,
} from './change-steps.ts';
import { INSTALL, UNINSTALL } from './persistence/install.ts';
import {
  RESTORE_ENABLED,
  RESTORE_FILE,
  RESTORE_TEXT,
  RESTORE_UNIT_FILE,
  RESTORE_UNIT_TEXT,
} from './persistence/restore-files.ts';
import type { Script } from './script.ts';

/** Which run a change belongs to, by how often the cluster's lock has changed hands, and when. */
export interface Fence {
  /** uid of the namespace kube-system. */
  cluster: string;
  /** The Lease's leaseTransitions. */
  transitions: number;
  /** Rises with every script of the run: one that was given up must not come after its undoing. */
  step: number;
  /** The only machine on which the change may be made; absent where its id proves nothing. */
  machineId?: string;
}

export const FENCE_FILE = `${RECORDS_DIRECTORY}/fence`;

/** The file that holds the node's record of an address. */
export function recordFile(ip: string): string {
  return `${RECORDS_DIRECTORY}/${ip}.json`;
}

/** The script of one change; its section `change` holds the result. */
export function changeScript(change: NodeChange, fence: Fence): Script {
  return framed(stepOf(change), fence);
}

/** The script that only leaves the fence behind. */
export function fenceScript(fence: Fence): Script {
  return framed('step() { answer changed; }', fence);
}

function framed(step: string, fence: Fence): Script {
  const body = [
    assign({
      directory: RECORDS_DIRECTORY,
      fence: FENCE_FILE,
      cluster: fence.cluster,
      number: `${fence.transitions}`,
      own_step: `${fence.step}`,
      machine: fence.machineId ?? '',
    }),
    FRAME,
    step,
    'section change change',
  ].join('\n');
  return { privilege: 'require', body };
}

function stepOf(change: NodeChange): string {
  switch (change.type) {
    case 'write-record':
      return writeRecord(change.record);
    case 'remove-record':
      return [recordPlaces(change.ip), UNINSTALL, REMOVE_RECORD].join('\n');
    case 'add-address':
      return [
        placeOf(change),
        assign({ label: change.label ?? '' }),
        change.prefix === 128 ? ADD_ADDRESS_6 : ADD_ADDRESS_4,
      ].join('\n');
    case 'remove-address':
      return [placeOf(change), REMOVE_ADDRESS].join('\n');
  }
}

function writeRecord(record: NodeRecord): string {
  const places = [recordPlaces(record.ip), assign({ text: nodeRecordText(record) })];
  if (record.persist !== true) return [...places, UNINSTALL, WRITE_RECORD].join('\n');
  const files = assign({ restore_text: RESTORE_TEXT, unit_text: RESTORE_UNIT_TEXT });
  return [...places, files, INSTALL, WRITE_PERSISTENT_RECORD].join('\n');
}

function recordPlaces(ip: string): string {
  return assign({
    file: recordFile(ip),
    restore: RESTORE_FILE,
    unit: RESTORE_UNIT_FILE,
    enabled: RESTORE_ENABLED,
  });
}

function placeOf(change: AddressChange): string {
  return assign({
    ip: change.ip,
    prefix: `${change.prefix}`,
    family: change.prefix === 128 ? '6' : '4',
    interface: change.interface,
  });
}

function assign(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join('\n');
}
