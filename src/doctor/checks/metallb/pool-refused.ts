import { poolObject, whyRefused } from '../../../metallb/pools.ts';
import type { ClusterCheck } from '../../check.ts';
import { metalLbOf, withoutMetalLb } from '../../facts/metallb.ts';

/** One that cannot be taken keeps MetalLB from taking any change (For, internal/config, 0.15). */
export const poolRefused: ClusterCheck = {
  code: 'EXT702',
  title: 'MetalLB does not take an IPAddressPool',
  severity: 'error',
  reads: ['ipaddresspools'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutMetalLb,
  find: (_, cluster) =>
    metalLbOf(cluster).poolObjects.flatMap((pool) => {
      const why = whyRefused(pool);
      if (why === null) return [];
      return {
        object: poolObject(pool),
        message: `MetalLB does not take the pool ${pool.metadata.name}, nor any other change: ${why}`,
        evidence: [
          `IPAddressPool ${pool.metadata.name}: spec.addresses: ${(pool.spec.addresses ?? []).join(', ') || 'empty'}`,
        ],
        fix: { advice: 'mend its addresses; one alone is written with /32 or /128' },
      };
    }),
};
