import { overlap, parseRange } from '../../../net/ip.ts';
import type { AddressRange } from '../../../snapshot/model.ts';
import type { ClusterCheck } from '../../check.ts';

/** Each of them takes the addresses for its own. */
export const poolsOverlap: ClusterCheck = {
  code: 'EXT130',
  title: 'two programs give out the same addresses',
  severity: 'error',
  reads: ['nodes', 'ippools', 'ipaddresspools', 'configmaps'],
  ofNodes: [],
  standsInPart: true,
  find: ({ snapshot }) => {
    const ranges = snapshot.cluster.ranges.flatMap((it) => {
      const range = parseRange(it.cidr);
      return range ? [{ ...it, range, giver: giverOf(it) }] : [];
    });
    const balanced = ranges.filter(({ giver }) => giver === 'MetalLB');
    const others = ranges.filter(({ giver }) => giver !== 'MetalLB');
    return balanced.flatMap((pool) => {
      const other = others.find(({ range }) => overlap(range, pool.range));
      if (!other) return [];
      return {
        object: 'cluster',
        message: `${pool.cidr} of ${pool.owner} and ${other.cidr} of ${other.owner} overlap: one address may go to a Service and to a pod`,
        evidence: [`${pool.owner}: it has ${pool.cidr}`, `${other.owner}: it has ${other.cidr}`],
        fix: { advice: 'give each of them a range of its own' },
      };
    });
  },
};

/** Calico's pools and the ranges of nodes are both for pods, mostly the one inside the other. */
function giverOf({ owner }: AddressRange): 'MetalLB' | 'pods' {
  return owner.startsWith('MetalLB ') ? 'MetalLB' : 'pods';
}
