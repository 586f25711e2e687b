import type { Node } from '../snapshot/kubernetes.ts';
import type { NodeFacts, NodeState } from '../snapshot/model.ts';
import type { NodeFile, NodeFiles } from '../snapshot/node-files.ts';
import { COLLECT_SCRIPT, type CollectOptions, MACHINE_SCRIPT, runCollection } from './collect.ts';
import { FILE_COMMANDS, FILE_FUNCTIONS } from './file-sections.ts';
import { joinListings } from './join-listings.ts';
import { lastLine } from './plain-line.ts';
import type { Script } from './script.ts';
import type { Section } from './transcript.ts';

/** Several times the rules of the largest node that was ever seen, of both families. */
const MAX_BYTES = 512 * 1024 * 1024;
/** The kernel takes half a minute for so many. */
const TIMEOUT_SECONDS = 180;

/**
 * Reads one node with these of its files, over one connection; what extip left there, only where a file
 * of it is wanted. Never throws for the node's fault: the
 * state says what was wrong, and `files.missing` of each file that is not there why.
 */
export async function collectNodeFiles(
  node: Node,
  wanted: readonly NodeFile[],
  options: CollectOptions,
): Promise<{ state: NodeState; files: NodeFiles }> {
  const { state, sections } = await runCollection(node, filesScript(wanted), {
    ...options,
    timeoutSeconds: TIMEOUT_SECONDS,
    maxBytes: MAX_BYTES,
  });
  const files: NodeFiles = { bytes: {}, missing: {} };
  for (const file of wanted) {
    const found = readFile(file, sections, state);
    if ('bytes' in found) files.bytes[file] = found.bytes;
    else files.missing[file] = found.missing;
  }
  return { state, files };
}

/** What reads a node and these of its files. */
export function filesScript(wanted: readonly NodeFile[]): Script {
  const sections = wanted.flatMap((file) => {
    const command = FILE_COMMANDS[file];
    return command === undefined ? [] : [`section ${sectionOf(file)} ${command}`];
  });
  const isKept = wanted.includes('persistence.txt') || wanted.includes('extip-records.json');
  const { privilege, body } = isKept ? COLLECT_SCRIPT : MACHINE_SCRIPT;
  return { privilege, body: [body, FILE_FUNCTIONS, ...sections].join('\n') };
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
