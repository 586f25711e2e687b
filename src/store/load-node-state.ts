import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseAddresses } from '../nodes/parse-addresses.ts';
import { parseRestoreState } from '../nodes/persistence/restore-state.ts';
import { plainLine } from '../nodes/plain-line.ts';
import { NodeInfo } from '../snapshot/info.ts';
import { NODE_FILE, nodePath } from '../snapshot/layout.ts';
import type { NodeFacts, NodeState } from '../snapshot/model.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import { NodeRecord } from '../snapshot/records.ts';
import { parseJson } from './parse-json.ts';
import { readRegularFile } from './read-file.ts';

/** What a node's state is made of, beside node.json. */
export const STATE_FILES: readonly NodeFile[] = [
  'ip-addr.json',
  'persistence.txt',
  'extip-records.json',
];

const Records = z.looseObject({
  records: z.array(NodeRecord),
  damaged: z.array(z.looseObject({ file: z.string(), reason: z.string() })),
});

const REACHED_BY = 'a snapshot';

/** What the snapshot says of a node; `hasFolder`: it says something. */
export async function loadNodeState(
  folder: string,
  name: string,
  hasFolder: boolean,
): Promise<NodeState> {
  const unknown = (message: string): NodeState => ({
    name,
    status: 'unknown',
    message,
    reachedBy: REACHED_BY,
  });
  if (!hasFolder) return unknown('the snapshot has nothing of it');
  const info = await loadNodeInfo(folder, name);
  if (info && info.status !== 'ok') {
    const { status, reachedBy } = info;
    return { name, status, reachedBy, ...(info.message !== null && { message: info.message }) };
  }
  const read = async (file: NodeFile) => {
    const content = await readRegularFile(join(folder, nodePath(name, file)));
    return 'bytes' in content ? content.bytes : null;
  };
  const addresses = await read('ip-addr.json');
  if (!addresses) return unknown(`the snapshot has no ${nodePath(name, 'ip-addr.json')}`);
  try {
    const interfaces = parseAddresses(addresses.toString());
    const kept = readKept(await read('extip-records.json'), await read('persistence.txt'));
    const reachedBy = info?.reachedBy ?? REACHED_BY;
    return { name, status: 'ok', reachedBy, facts: { ...machine(info), interfaces, ...kept } };
  } catch (error) {
    const path = nodePath(name, 'ip-addr.json');
    return unknown(
      `${path} is not what \`ip -j addr\` prints: ${plainLine((error as Error).message)}`,
    );
  }
}

/** null: there is none, or it is not what extip writes. */
export async function loadNodeInfo(folder: string, name: string): Promise<NodeInfo | null> {
  const content = await readRegularFile(join(folder, nodePath(name, NODE_FILE)));
  if ('reason' in content) return null;
  const parsed = parseJson(content.bytes);
  const info = 'value' in parsed ? NodeInfo.safeParse(parsed.value) : null;
  return info?.data ?? null;
}

function machine(info: NodeInfo | null) {
  const { machineId = null, hostname = '', arping = null } = info?.machine ?? {};
  const { root = false, sshAddress = null } = info?.machine ?? {};
  return { machineId, hostname, root, arping, sshAddress };
}

type Kept = Pick<NodeFacts, 'records' | 'damagedRecords' | 'restore' | 'recordsUnread'>;

function readKept(records: Buffer | null, persistence: Buffer | null): Kept {
  const parsed = records && parseJson(records);
  const value = parsed && 'value' in parsed ? Records.safeParse(parsed.value) : null;
  const [, unit = ''] = /^unit: (.*)$/m.exec(persistence?.toString() ?? '') ?? [];
  const [, obstacle = ''] = /^obstacle: (.*)$/m.exec(persistence?.toString() ?? '') ?? [];
  const missing = !value?.success ? 'extip-records.json' : persistence ? null : 'persistence.txt';
  return {
    records: value?.data?.records ?? [],
    damagedRecords: value?.data?.damaged ?? [],
    restore: parseRestoreState(unit, obstacle === 'none' ? '' : obstacle),
    ...(missing !== null && { recordsUnread: `the snapshot has no ${missing} of it` }),
  };
}
