import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';

/** Nodes that were asked and could not be read, or of which a snapshot has some of the files alone. */
export function unread({ snapshot, nodes }: Evidence): Observation[] {
  const walked = new Set(nodes.map(({ node }) => node));
  return Object.values(snapshot.nodes)
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }) => ({
      code: 'node-unread' as const,
      severity: walked.has(name) ? ('warning' as const) : ('error' as const),
      object: `node/${name}`,
      message: `${name} is ${walked.has(name) ? 'known in part' : status}${message === undefined ? '' : `: ${message}`}`,
      fix: null,
    }));
}
