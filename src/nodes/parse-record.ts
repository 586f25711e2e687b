import { parseIp } from '../net/ip.ts';
import { NodeRecord } from '../snapshot/records.ts';
import { isInterfaceName, isLabelOf } from './interface-name.ts';
import { oneLine } from './one-line.ts';

/** No record of ours comes near it: 1024 Services of the longest names would. */
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
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { reason: text.trim() === '' ? 'empty' : 'not JSON' };
  }
  const parsed = NodeRecord.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      reason: oneLine(`not a record: ${issue?.path.join('.') || 'document'}: ${issue?.message}`),
    };
  }
  const record = parsed.data;
  const ip = parseIp(record.ip);
  if (ip?.text !== record.ip) return { reason: 'ip is not an address in its canonical form' };
  if (fileName !== `${record.ip}.json`) {
    return { reason: `the file's name is not that of its ip, ${record.ip}` };
  }
  if (record.prefix !== (ip.family === 4 ? 32 : 128)) {
    return { reason: `prefix ${record.prefix} instead of ${ip.family === 4 ? 32 : 128}` };
  }
  if (!isInterfaceName(record.interface)) return { reason: 'interface is no interface name' };
  if (record.label !== null && !isLabelOf(record.label, record.interface)) {
    return { reason: 'label is not one of the interface' };
  }
  return { record };
}
