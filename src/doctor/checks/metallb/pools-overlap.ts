import { overlapping } from '../../../metallb/pools.ts';
import type { ClusterCheck } from '../../check.ts';
import { METALLB_CONFIGURATION, metalLbOf, withoutMetalLb } from '../../facts/metallb.ts';

/** MetalLB takes neither, nor any other change (poolsFor, internal/config, 0.15). */
export const poolsOverlap: ClusterCheck = {
  code: 'EXT703',
  title: 'two pools of MetalLB overlap',
  severity: 'error',
  reads: METALLB_CONFIGURATION,
  ofNodes: [],
  skips: withoutMetalLb,
  find: (_, cluster) =>
    overlapping(metalLbOf(cluster).pools).map(([one, other]) => ({
      object: other.object,
      touches: [one.object],
      message: `the pools ${one.name} and ${other.name} have addresses in common: MetalLB takes neither of them as they are, nor any other change`,
      evidence: [one, other].map(({ name, object, ranges }) => {
        const texts = ranges.map(({ first, last }) => `${first.text}-${last.text}`);
        return `${object}: the pool ${name} is ${texts.join(', ')}`;
      }),
      fix: { advice: 'take what they have in common out of one' },
    })),
};
