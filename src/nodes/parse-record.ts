import { isLabelOf } from '../net/interface-name.ts';
import { type NodeRecord, readNodeRecord } from '../snapshot/records.ts';
import { plainLine } from './plain-line.ts';

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
  if ('error' in record) return { reason: plainLine(record.error) };
  if (record.label !== null && !isLabelOf(record.label, record.interface)) {
    return { reason: 'label: not one of the interface' };
  }
  return { record };
}
