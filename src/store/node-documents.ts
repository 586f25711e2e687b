import * as z from 'zod/mini';
import { parseAddresses } from '../nodes/parse-addresses.ts';
import { parseRestoreState } from '../nodes/persistence/restore-state.ts';
import { plainLine } from '../nodes/plain-line.ts';
import { NodeInfo } from '../snapshot/info.ts';
import type { NetworkInterface, RestoreState } from '../snapshot/model.ts';
import { NodeRecord } from '../snapshot/records.ts';
import { type Parsed, parseJson, parseOwn } from './parse-json.ts';

/** Reads `node.json`. */
export function readNodeInfo(bytes: Buffer): Parsed<NodeInfo> {
  return parseOwn(bytes, NodeInfo);
}

const Records = z.looseObject({
  records: z.array(NodeRecord),
  damaged: z.array(z.looseObject({ file: z.string(), reason: z.string() })),
});

/** Reads `extip-records.json`. */
export function readRecords(bytes: Buffer): Parsed<z.infer<typeof Records>> {
  return parseOwn(bytes, Records);
}

/** Reads `persistence.txt`. */
export function readPersistence(bytes: Buffer): Parsed<RestoreState> {
  const [, unit, obstacle = ''] = /^unit: (\w+)\nobstacle: (.*)\n$/.exec(bytes.toString()) ?? [];
  if (unit === undefined) return { line: 1, column: 1, message: 'is not as extip writes it' };
  return { value: parseRestoreState(unit, obstacle === 'none' ? '' : obstacle) };
}

/** Reads `ip-addr.json`. */
export function readInterfaces(bytes: Buffer): Parsed<NetworkInterface[]> {
  const parsed = parseJson(bytes);
  if ('message' in parsed) return parsed;
  try {
    return { value: parseAddresses(bytes.toString()) };
  } catch (error) {
    const why = plainLine((error as Error).message);
    return { line: 1, column: 1, message: `is not what \`ip -j addr\` prints: ${why}` };
  }
}
