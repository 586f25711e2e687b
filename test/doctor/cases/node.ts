import type { GridCase } from '../grid-case.ts';

export const node: readonly GridCase[] = [
  {
    what: 'a node does not answer',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.json('k2', 'node.json', (info) => {
        Object.assign(info, { status: 'unreachable', message: 'No route to host', machine: null });
      });
    },
    finds: ['EXT301 node/k2'],
  },
];
