import { join } from 'node:path';
import { readIpsetSave } from '../net/netfilter/ipset/read-save.ts';
import { readSave } from '../net/netfilter/iptables/read-save.ts';
import { readNftJson } from '../net/netfilter/nft/read-nft.ts';
import type { Problem } from '../net/netfilter/problem.ts';
import { readAddresses, readRoutes, readRules } from '../net/routing/read-ip-json.ts';
import { oneLine } from '../output/sanitize.ts';
import { clusterPath, NODE_FOLDER_FILES, nodePath } from '../snapshot/layout.ts';
import type { SnapshotReport } from '../snapshot/report.ts';
import { RESOURCES } from '../snapshot/resources.ts';
import { readItems } from './load-list.ts';
import type { OpenSnapshot } from './open-snapshot.ts';
import { parseJson } from './parse-json.ts';
import { readRegularFile } from './read-file.ts';

type Problems = NonNullable<SnapshotReport['problems']>;

/** Reads every file of the snapshot fully: all of it that cannot be read, by file and line. */
export async function checkFiles({ folder, snapshot }: OpenSnapshot): Promise<Problems> {
  const problems: Problems = [];
  const check = async (path: string, read: (bytes: Buffer) => Problem[]) => {
    const content = await readRegularFile(join(folder, path));
    if ('bytes' in content) {
      for (const { line, column, message } of read(content.bytes)) {
        problems.push({ file: path, line, column, message: oneLine(message) });
      }
    } else if (!content.absent) {
      problems.push({ file: path, line: 1, column: 1, message: content.reason });
    }
  };
  for (const { resource } of RESOURCES) {
    await check(clusterPath(resource), (bytes) => {
      const items = readItems(resource, bytes);
      return 'message' in items ? [items] : [];
    });
  }
  for (const node of Object.keys(snapshot.nodes)) {
    for (const file of NODE_FOLDER_FILES) {
      await check(nodePath(node, file), (bytes) => problemsOf(file, bytes));
    }
  }
  return problems;
}

function problemsOf(file: string, bytes: Buffer): Problem[] {
  const [, v6, variant] = /^ip(6?)tables-(?:(nft|legacy)-)?save\.txt$/.exec(file) ?? [];
  if (v6 !== undefined) {
    // A node without tables prints nothing.
    if (bytes.length === 0) return [];
    const family = v6 ? 6 : 4;
    return readSave(bytes, {
      family,
      ...(variant && { variant: `iptables-${variant as 'nft' | 'legacy'}` as const }),
    }).checkAll();
  }
  if (file === 'ipset-save.txt') return [...readIpsetSave(bytes.toString()).problems];
  if (file === 'sysctl.txt') return settingProblems(bytes.toString());
  if (!file.endsWith('.json')) return [];
  const parsed = parseJson(bytes);
  if ('message' in parsed) return [parsed];
  if (file === 'nft.json') return [...readNftJson(bytes.toString()).problems];
  const family = file.endsWith('-6.json') ? 6 : 4;
  const text = bytes.toString();
  const answer = file.startsWith('ip-route')
    ? readRoutes(text, family)
    : file.startsWith('ip-rule')
      ? readRules(text, family)
      : file === 'ip-addr.json' || file === 'ip-link.json'
        ? readAddresses(text)
        : { problems: [] };
  return answer.problems.map((message) => ({ line: 1, column: 1, message }));
}

function settingProblems(text: string): Problem[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line === '' || /^\S+ = .*$/.test(line)
        ? []
        : [{ line: index + 1, column: 1, message: 'no setting: NAME = VALUE' }],
    );
}
