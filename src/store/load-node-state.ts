import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeInfo } from '../snapshot/info.ts';
import { NODE_FILE, nodePath } from '../snapshot/layout.ts';
import type { NodeState } from '../snapshot/model.ts';
import { isName } from '../snapshot/names.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import { readInterfaces, readNodeInfo, readPersistence, readRecords } from './node-documents.ts';
import type { Parsed } from './parse-json.ts';
import { readAs } from './read-file.ts';

/** What a node's state is made of, beside node.json. */
export const STATE_FILES: readonly NodeFile[] = [
  'ip-addr.json',
  'persistence.txt',
  'extip-records.json',
];

/** The names of the nodes that have a folder, in order; what is no name of a node is left out. */
export async function nodeFolders(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'nodes'), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isName(entry.name))
    .map(({ name }) => name)
    .sort();
}

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
  const read = <T>(file: NodeFile, reader: (bytes: Buffer) => Parsed<T>) =>
    readAs(folder, nodePath(name, file), reader);
  const interfaces = await read('ip-addr.json', readInterfaces);
  if ('reason' in interfaces) return unknown(interfaces.reason);
  const records = await read('extip-records.json', readRecords);
  const restore = await read('persistence.txt', readPersistence);
  const [unread] = [records, restore].flatMap((it) => ('reason' in it ? it.reason : []));
  return {
    name,
    status: 'ok',
    reachedBy: info?.reachedBy ?? REACHED_BY,
    facts: {
      ...machine(info),
      interfaces: interfaces.value,
      records: 'value' in records ? records.value.records : [],
      damagedRecords: 'value' in records ? records.value.damaged : [],
      restore: 'value' in restore ? restore.value : { unit: 'absent', obstacle: null },
      ...(unread !== undefined && { recordsUnread: unread }),
    },
  };
}

/** null: there is none, or it is not what extip writes. */
export async function loadNodeInfo(folder: string, name: string): Promise<NodeInfo | null> {
  const info = await readAs(folder, nodePath(name, NODE_FILE), readNodeInfo);
  return 'value' in info ? info.value : null;
}

function machine(info: NodeInfo | null) {
  const { machineId = null, hostname = '', arping = null } = info?.machine ?? {};
  const { root = false, sshAddress = null } = info?.machine ?? {};
  return { machineId, hostname, root, arping, sshAddress };
}
