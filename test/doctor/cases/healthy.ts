import type { GridCase } from '../grid-case.ts';

/** Nothing is wrong. */
export const healthy: readonly GridCase[] = [
  {
    what: 'an assigned external IP',
    snapshot: 's2-assigned',
    finds: [],
    tells: ['EXT101 cluster', 'EXT227 service/default/svc-test-1'],
  },
];
