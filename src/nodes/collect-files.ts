import { quote } from '../quote.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { NodeFacts, NodeState } from '../snapshot/model.ts';
import type { NodeFile, NodeFiles } from '../snapshot/node-files.ts';
import { COLLECT_SCRIPT, type CollectOptions, MACHINE_SCRIPT, runCollection } from './collect.ts';
import { FILE_COMMANDS, FILE_FUNCTIONS } from './file-sections.ts';
import { askIp, ipAnswers } from './ip-questions.ts';
import { joinListings } from './join-listings.ts';
import { lastLine } from './plain-line.ts';
import type { Script } from './script.ts';
import { sysctlLines } from './sysctl-lines.ts';
import type { Section } from './transcript.ts';

/** Several times the rules of the largest node that was ever seen, of both families. */
const MAX_BYTES = 512 * 1024 * 1024;
/** The kernel takes half a minute for so many. */
const TIMEOUT_SECONDS = 180;

export interface FileOptions extends CollectOptions {
  /** kube-proxy is asked for its mode only where the node has one of these interfaces; none: always. */
  kubeProxyBeside?: readonly string[];
}

/**
 * Reads one node with these of its files, over one connection; what extip left there, only where a file
 * of it is wanted. Never throws for the node's fault: the
 * state says what was wrong, and `files.missing` of each file that is not there why.
 */
export async function collectNodeFiles(
  node: Node,
  wanted: readonly NodeFile[],
  options: FileOptions,
): Promise<{ state: NodeState; files: NodeFiles }> {
  const script = filesScript(wanted, options.kubeProxyBeside);
  const { state, sections } = await runCollection(node, script, {
    ...options,
    timeoutSeconds: TIMEOUT_SECONDS,
    maxBytes: MAX_BYTES,
  });
  const files: NodeFiles = { bytes: {}, missing: {} };
  const printed = new Map([...sections, ...ipAnswers(wanted, sections)]);
  for (const file of wanted) {
    const found = readFile(file, printed, state);
    if ('bytes' in found) files.bytes[file] = found.bytes;
    else files.missing[file] = found.missing;
  }
  return { state, files };
}

/** What reads a node and these of its files; `kubeProxyBeside` is that of FileOptions. */
export function filesScript(
  wanted: readonly NodeFile[],
  kubeProxyBeside: readonly string[] = [],
): Script {
  const sections = wanted.flatMap((file) => {
    const command = FILE_COMMANDS[file];
    if (command === undefined) return [];
    const words = file === 'kube-proxy.txt' ? kubeProxyBeside.map(quote) : [];
    return [[`section ${sectionOf(file)} ${command}`, ...words].join(' ')];
  });
  const isKept = wanted.includes('persistence.txt') || wanted.includes('extip-records.json');
  const { privilege, body } = isKept ? COLLECT_SCRIPT : MACHINE_SCRIPT;
  return { privilege, body: [body, FILE_FUNCTIONS, ...sections, ...askIp(wanted)].join('\n') };
}

type Found = { bytes: Buffer } | { missing: string };

function readFile(
  file: NodeFile,
  sections: ReadonlyMap<string, Section>,
  { facts, message }: NodeState,
): Found {
  if (file === 'persistence.txt' || file === 'extip-records.json') {
    const text = facts && (file === 'persistence.txt' ? persistence(facts) : records(facts));
    return text === undefined ? { missing: message ?? 'not read' } : { bytes: Buffer.from(text) };
  }
  const section = sections.get(sectionOf(file));
  if (!section) return { missing: message ?? 'not read' };
  if (section.exitCode !== 0) return { missing: whyFailed(section) };
  if (file === 'sysctl.txt') return { bytes: sysctlLines(section.bytes) };
  if (file !== 'nft.json') return section;
  const bytes = joinListings(section.bytes);
  return bytes ? { bytes } : { missing: '`nft -j` on the node did not print what nft does' };
}

function sectionOf(file: NodeFile): string {
  return file === 'ip-addr.json' ? 'addresses' : `file-${file}`;
}

/** 124 is timeout(1)'s. */
function whyFailed({ stderr, exitCode }: Section): string {
  if (exitCode === 124) return 'no end in time on the node';
  return lastLine(stderr) || `exit ${exitCode}`;
}

function persistence({ restore: { unit, obstacle } }: NodeFacts): string {
  return `unit: ${unit}\nobstacle: ${obstacle ?? 'none'}\n`;
}

function records({ records, damagedRecords }: NodeFacts): string {
  return `${JSON.stringify({ records, damaged: damagedRecords }, null, 2)}\n`;
}
