import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';

/** Nodes that were asked and could not be read. */
export function unread({ snapshot }: Evidence): Observation[] {
  return Object.values(snapshot.nodes)
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, message }) => ({
      code: 'node-unread' as const,
      severity: 'error' as const,
      object: `node/${name}`,
      message: `${name} is ${status}${message === undefined ? '' : `: ${message}`}`,
      fix: null,
    }));
}
