import { type NodeRecord, readNodeRecord } from '../snapshot/records.ts';
import { isInterfaceName, isLabelOf } from './interface-name.ts';
import { oneLine } from './one-line.ts';

export const MAX_RECORD_BYTES = 64 * 1024;

/**
 * Reads one file of the records' folder. Whatever it holds was written by somebody, so it counts
 * only where every field is what extip writes. Returns the reason where it is no record.
 */
export function parseRecord(
  fileName: string,
  text: string,
): { record: NodeRecord } | { reason: string } {
  if (Buffer.byteLength(text) > MAX_RECORD_BYTES) return { reason: 'larger than 64 KiB' };
  if (text.trim() === '') return { reason: 'empty' };
  const record = readNodeRecord(fileName, text);
  if ('error' in record) return { reason: oneLine(record.error) };
  if (!isInterfaceName(record.interface)) return { reason: 'interface: no name of an interface' };
  if (record.label !== null && !isLabelOf(record.label, record.interface)) {
    return { reason: 'label: not one of the interface' };
  }
  return { record };
}
