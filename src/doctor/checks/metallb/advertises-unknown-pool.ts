import type { ClusterCheck } from '../../check.ts';
import { metalLbOf, withoutMetalLb } from '../../facts/metallb.ts';

/** MetalLB takes it without a word. */
export const advertisesUnknownPool: ClusterCheck = {
  code: 'EXT705',
  title: 'an advertisement names a pool that does not exist',
  severity: 'warning',
  reads: ['ipaddresspools', 'l2advertisements', 'bgpadvertisements'],
  ofNodes: [],
  skips: withoutMetalLb,
  find(_, cluster) {
    const { poolObjects, advertisements, isDoubtful } = metalLbOf(cluster);
    if (isDoubtful) return [];
    const names = new Set(poolObjects.map(({ metadata }) => metadata.name));
    return advertisements.flatMap(({ kind, metadata, spec }) => {
      const unknown = (spec?.ipAddressPools ?? []).filter((name) => !names.has(name));
      if (unknown.length === 0) return [];
      return {
        object: `${kind.toLowerCase()}/${metadata.namespace ?? 'metallb-system'}/${metadata.name}`,
        message: `${kind} ${metadata.name} is for the pool ${unknown.join(', ')}, which does not exist`,
        evidence: [
          `${kind} ${metadata.name}: spec.ipAddressPools: ${(spec?.ipAddressPools ?? []).join(', ')}`,
          `ipaddresspools: ${[...names].join(', ') || 'none'}`,
        ],
        fix: { advice: 'name a pool that exists' },
      };
    });
  },
};
