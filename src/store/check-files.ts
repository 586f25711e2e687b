import type { Family } from '../net/ip.ts';
import { readIpsetSave } from '../net/netfilter/ipset/read-save.ts';
import { readSave } from '../net/netfilter/iptables/read-save.ts';
import { readNftJson } from '../net/netfilter/nft/read-nft.ts';
import type { Problem } from '../net/netfilter/problem.ts';
import { readListeners } from '../net/read-listeners.ts';
import {
  type IpAnswer,
  readAddresses,
  readRoutes,
  readRules,
} from '../net/routing/read-ip-json.ts';
import { readNeighbours } from '../net/routing/read-neighbours.ts';
import { oneLine } from '../output/sanitize.ts';
import { clusterPath, NODE_FILE, nodePath, type PlainSave } from '../snapshot/layout.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import type { SnapshotReport } from '../snapshot/report.ts';
import { RESOURCES } from '../snapshot/resources.ts';
import { readItems } from './load-list.ts';
import { readInterfaces, readNodeInfo, readPersistence, readRecords } from './node-documents.ts';
import type { OpenSnapshot } from './open-snapshot.ts';
import { type Parsed, parseJson } from './parse-json.ts';
import { readFile } from './read-file.ts';

type Problems = NonNullable<SnapshotReport['problems']>;

/** Reads every file of the snapshot fully: all of it that cannot be read, by file and line. */
export async function checkFiles({ folder, snapshot }: OpenSnapshot): Promise<Problems> {
  const problems: Problems = [];
  const check = async (path: string, read: Check) => {
    const content = await readFile(folder, path);
    if ('bytes' in content) {
      for (const { line, column, message } of read(content.bytes)) {
        problems.push({ file: path, line, column, message: oneLine(message) });
      }
    } else if (!content.absent) {
      problems.push({ file: path, line: 1, column: 1, message: content.fault });
    }
  };
  for (const { resource } of RESOURCES) {
    await check(clusterPath(resource), (bytes) => faultOf(readItems(resource, bytes)));
  }
  for (const node of Object.keys(snapshot.nodes)) {
    for (const [file, read] of Object.entries(CHECKS)) await check(nodePath(node, file), read);
  }
  return problems;
}

/** What whoever uses the file would find wrong with it. */
type Check = (bytes: Buffer) => readonly Problem[];

const CHECKS: Readonly<Record<NodeFile | PlainSave | typeof NODE_FILE, Check>> = {
  [NODE_FILE]: (bytes) => faultOf(readNodeInfo(bytes)),
  'iptables-save.txt': savedRules(4),
  'ip6tables-save.txt': savedRules(6),
  'iptables-nft-save.txt': savedRules(4, 'iptables-nft'),
  'iptables-legacy-save.txt': savedRules(4, 'iptables-legacy'),
  'ip6tables-nft-save.txt': savedRules(6, 'iptables-nft'),
  'ip6tables-legacy-save.txt': savedRules(6, 'iptables-legacy'),
  'nft.json': json((text) => readNftJson(text).problems),
  'ipset-save.txt': (bytes) => readIpsetSave(bytes.toString()).problems,
  'ip-addr.json': (bytes) => {
    const faults = faultOf(readInterfaces(bytes));
    return faults.length > 0 ? faults : printedByIp(readAddresses)(bytes);
  },
  'ip-link.json': printedByIp(readAddresses),
  'ip-route.json': printedByIp((text) => readRoutes(text, 4)),
  'ip-route-6.json': printedByIp((text) => readRoutes(text, 6)),
  'ip-rule.json': printedByIp((text) => readRules(text, 4)),
  'ip-rule-6.json': printedByIp((text) => readRules(text, 6)),
  'ip-neigh.json': printedByIp(readNeighbours),
  'ip-neigh-6.json': printedByIp(readNeighbours),
  'sysctl.txt': (bytes) => linesUnlike(/^\S+ = .*$/, 'no setting: NAME = VALUE', bytes),
  'kube-proxy.txt': (bytes) =>
    linesUnlike(/^(iptables|nftables|ipvs|userspace)$/, 'no mode of kube-proxy', bytes),
  'kube-proxy-gates.txt': (bytes) =>
    linesUnlike(
      /^kubernetes_(feature_enabled|build_info)\{.*\} [01]$/,
      'no gate or build of kube-proxy',
      bytes,
    ),
  'kube-apiserver.txt': (bytes) =>
    linesUnlike(/^--enable-admission-plugins=/, 'no admission plug-ins', bytes),
  'listeners.txt': (bytes) => readListeners(bytes.toString()).problems,
  'persistence.txt': (bytes) => faultOf(readPersistence(bytes)),
  'extip-records.json': (bytes) => faultOf(readRecords(bytes)),
};

function faultOf(parsed: Parsed<unknown>): Problem[] {
  return 'message' in parsed ? [parsed] : [];
}

/** A node without tables of a variant prints nothing; of neither, only where it may not be asked. */
function savedRules(family: Family, variant?: 'iptables-nft' | 'iptables-legacy'): Check {
  return (bytes) => {
    if (bytes.length === 0 && variant) return [];
    return readSave(bytes, { family, variant }).checkAll();
  };
}

function json(read: (text: string) => readonly Problem[]): Check {
  return (bytes) => {
    const faults = faultOf(parseJson(bytes));
    return faults.length > 0 ? faults : read(bytes.toString());
  };
}

function printedByIp(read: (text: string) => IpAnswer<unknown>): Check {
  return json((text) => read(text).problems.map((message) => ({ line: 1, column: 1, message })));
}

function linesUnlike(pattern: RegExp, message: string, bytes: Buffer): Problem[] {
  return bytes
    .toString()
    .split('\n')
    .flatMap((line, index) =>
      line === '' || pattern.test(line) ? [] : [{ line: index + 1, column: 1, message }],
    );
}
