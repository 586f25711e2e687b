import type { ClusterCheck } from '../../check.ts';
import { heldLock } from '../../facts/lock.ts';

/** It hinders nobody for long; what its holder began may be unfinished. */
export const lockStale: ClusterCheck = {
  code: 'EXT110',
  title: 'the lock is held by a run that is gone',
  severity: 'warning',
  reads: ['leases'],
  ofNodes: [],
  find: (_, cluster) => {
    const lock = heldLock(cluster);
    if (!lock?.isStale) return [];
    return [
      {
        object: 'cluster',
        message: `the lock is held by ${lock.holder}, who has not renewed it for ${lock.secondsAgo} s: that run was killed or cut off. Whoever changes something next takes it over after 15 s`,
        evidence: [
          `lease kube-system/extip: holderIdentity is ${lock.holder}`,
          `lease kube-system/extip: renewTime is ${lock.renewTime}, and this was read at ${cluster.takenAt.toISOString()}`,
        ],
        fix: {
          advice:
            'finish what it began (EXT111 names it): the next `extip assign` or `extip release` takes the lock over',
        },
      },
    ];
  },
};
