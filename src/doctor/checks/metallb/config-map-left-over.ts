import { CONFIG_MAP } from '../../../metallb/pools.ts';
import type { ClusterCheck } from '../../check.ts';
import { METALLB_CONFIGURATION, metalLbOf, withoutMetalLb } from '../../facts/metallb.ts';

/** From 0.13 on MetalLB reads objects alone. */
export const configMapLeftOver: ClusterCheck = {
  code: 'EXT704',
  title: 'a ConfigMap of MetalLB is left over, which nothing reads',
  severity: 'warning',
  reads: METALLB_CONFIGURATION,
  ofNodes: [],
  standsInPart: true,
  skips: withoutMetalLb,
  find(_, cluster) {
    const { form, oldConfig, pools } = metalLbOf(cluster);
    if (form !== 'objects' || !oldConfig) return [];
    const own = pools.map(({ name }) => name).join(', ') || 'none';
    return [
      {
        object: CONFIG_MAP,
        message: `the ConfigMap metallb-system/config does nothing beside MetalLB's objects: whoever changes it waits in vain`,
        evidence: [
          `ConfigMap metallb-system/config: pools ${oldConfig.pools.map(({ name }) => name).join(', ') || 'none'}`,
          `ipaddresspools: ${own}`,
        ],
        fix: { command: 'kubectl delete configmap -n metallb-system config' },
      },
    ];
  },
};
