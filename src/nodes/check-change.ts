import { FailedError } from '../errors.ts';
import { isInterfaceName, isLabelOf } from '../net/interface-name.ts';
import { parseIp } from '../net/ip.ts';
import type { NodeChange } from '../plan/action.ts';
import { NodeRecord } from '../snapshot/records.ts';
import type { Fence } from './change-script.ts';

/**
 * The last look before a node is changed: whatever the records, the API and the plan made of it,
 * a change is about exactly one address in its canonical form, as /32 or /128, on a real name of
 * an interface. Throws FailedError otherwise.
 */
export function checkChange(change: NodeChange, fence: Fence): void {
  const fault = faultOf(change);
  if (fault !== null) throw invalid(change.type, fault);
  checkFence(fence);
}

/** The same for the fence that a script carries. */
export function checkFence(fence: Fence): void {
  const fault = faultOfFence(fence);
  if (fault !== null) throw invalid('a fenced script', fault);
}

function invalid(what: string, fault: string): FailedError {
  return new FailedError(`refused to run ${what} on a node: ${fault}`, {
    reason: 'invalid-node-change',
    nothingChanged: true,
  });
}

function faultOf(change: NodeChange): string | null {
  if (change.type === 'write-record') {
    const { record } = change;
    if (!NodeRecord.safeParse(record).success) return 'the record does not follow its schema';
    return faultOfPlace(record.ip, record.prefix, record.interface, record.label);
  }
  if (change.type === 'remove-record') return faultOfIp(change.ip);
  const label = change.type === 'add-address' ? change.label : null;
  return faultOfPlace(change.ip, change.prefix, change.interface, label);
}

function faultOfPlace(
  ip: string,
  prefix: number,
  interfaceName: string,
  label: string | null,
): string | null {
  const bits = parseIp(ip)?.family === 4 ? 32 : 128;
  if (!isInterfaceName(interfaceName)) {
    return `${JSON.stringify(interfaceName)} is no interface name`;
  }
  if (label !== null && !isLabelOf(label, interfaceName)) {
    return `${JSON.stringify(label)} is no label of ${interfaceName}`;
  }
  return faultOfIp(ip) ?? (prefix === bits ? null : `prefix ${prefix} instead of ${bits}`);
}

function faultOfIp(ip: string): string | null {
  return parseIp(ip)?.text === ip ? null : `${JSON.stringify(ip)} is no canonical address`;
}

function faultOfFence({ cluster, transitions, step, machineId }: Fence): string | null {
  if (machineId === '') return 'it would go to any machine';
  if (!/^[A-Za-z0-9-]{1,128}$/.test(cluster)) return `${JSON.stringify(cluster)} is no cluster uid`;
  for (const number of [transitions, step]) {
    if (!Number.isSafeInteger(number) || number < 0) return `${number} is no number of a fence`;
  }
  return null;
}
