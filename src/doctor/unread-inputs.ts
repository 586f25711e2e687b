import type { ExaminedNode } from '../explain/findings.ts';
import type { Check, NodeInput } from './check.ts';
import type { ClusterSnapshot } from './cluster-snapshot.ts';

/** Why not all that the check needs of the cluster is known; null: it is. */
export function whyUnread(
  { lists, calico, serverVersion }: ClusterSnapshot,
  { reads, needsServerVersion = false }: Check,
): string | null {
  if (needsServerVersion && serverVersion === null) return "the API server's version is not known";
  for (const resource of reads) {
    // One of Calico's objects that is not as Calico has it was left out.
    const reason =
      lists[resource].reason ?? calico.unread.find((one) => one.resource === resource)?.reason;
    if (reason !== undefined) return `${resource}: ${reason}`;
  }
  return null;
}

/** Why an input of the node that answered is not known; null: it is. */
export function whyMissing(
  { state: { facts }, files, evidence }: ExaminedNode,
  input: NodeInput,
): string | null {
  switch (input) {
    case 'facts':
      return facts ? null : (files.missing['ip-addr.json'] ?? 'its addresses are not known');
    case 'records':
      return facts ? (facts.recordsUnread ?? null) : 'they were not read';
    case 'rules': {
      // A program that a node has not got has left no rules there.
      if (evidence.servedBy !== 'unknown') return null;
      return evidence.rulesUnread.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
    }
    default:
      return files.bytes[input] ? null : `${input}: ${files.missing[input] ?? 'it was not read'}`;
  }
}
