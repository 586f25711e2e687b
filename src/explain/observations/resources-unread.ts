import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';

/** What is not known without them. */
const CONSEQUENCES: Readonly<Record<string, string>> = {
  services: 'others may be served on the same addresses',
  endpointslices: 'who is behind a Service is not known, and rules are not compared with it',
  nodes: 'there may be more than those that were asked, and which addresses they have is not known',
};

/** What of the API could not be read, and bears on the answer. */
export function resourcesUnread({ snapshot }: Evidence): Observation[] {
  return snapshot.cluster.unknown.flatMap(({ resource, reason }): Observation[] => {
    const consequence = CONSEQUENCES[resource];
    if (consequence === undefined) return [];
    const message = `${resource} could not all be read (${reason}): ${consequence}`;
    return [
      { code: 'resource-unread', severity: 'warning', object: 'cluster', message, fix: null },
    ];
  });
}
