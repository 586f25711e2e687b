import type { ClusterCheck } from '../../check.ts';

/** What it has is not known: nothing is said of it. */
export const unreadable: ClusterCheck = {
  code: 'EXT301',
  title: 'a node cannot be read',
  severity: 'error',
  reads: ['nodes'],
  ofNodes: [],
  standsInPart: true,
  find: ({ snapshot }) =>
    Object.values(snapshot.nodes)
      .filter(({ status }) => status !== 'ok' && status !== 'unknown')
      .map(({ name, status, message, reachedBy }) => ({
        object: `node/${name}`,
        message: `${name} is ${status}: what it has is not known`,
        evidence: [`reached by ${reachedBy}`, ...(message === undefined ? [] : [message])],
        fix: {
          advice: 'see docs/permissions.md and docs/configuration.md for how nodes are reached',
        },
      })),
};
