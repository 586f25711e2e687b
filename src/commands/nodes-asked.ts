import { objectOf } from '../apply/session.ts';
import { addressesOf, type From } from '../explain/origins.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { Question } from './explain-question.ts';

/**
 * The nodes that an answer goes by: all, unless it is of one. Throws UsageError for one that does not
 * exist.
 */
export function nodesAsked(nodes: readonly Node[], { node }: Question, from: From | null): Node[] {
  const only = node ?? nodeOf(from, nodes);
  return only === null ? [...nodes] : [objectOf({ cluster: { nodes } }, only)];
}

function nodeOf(from: From | null, nodes: readonly Node[]): string | null {
  if (from === null) return null;
  if (from.kind === 'node') return from.name;
  if (from.kind === 'pod') return from.node;
  const own = nodes.find((it) => addressesOf(it).some(({ text }) => text === from.ip.text));
  return own?.metadata.name ?? null;
}
