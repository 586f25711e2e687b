import { serviceObject } from '../../../explain/phrases.ts';
import { CONFIG_MAP } from '../../../metallb/pools.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import {
  isWaiting,
  METALLB_CONFIGURATION,
  metalLbOf,
  withoutMetalLb,
} from '../../facts/metallb.ts';

/** MetalLB then goes on with what it had before, and says so in its controller's log alone. */
export const configMapRefused: ClusterCheck = {
  code: 'EXT701',
  title: 'MetalLB does not take its ConfigMap',
  severity: 'error',
  reads: METALLB_CONFIGURATION,
  ofNodes: [],
  skips: withoutMetalLb,
  find(_, cluster) {
    const { form, oldConfig } = metalLbOf(cluster);
    const [first] = oldConfig?.faults ?? [];
    if (form !== 'configmap' || !first) return [];
    const waiting = cluster.cluster.services.filter(isWaiting);
    return [
      {
        object: CONFIG_MAP,
        touches: waiting.map(serviceObject),
        message: `MetalLB does not take its configuration: line ${first.line}, column ${first.column}: ${first.message}`,
        evidence: [
          ...(oldConfig?.faults ?? []).map(
            ({ line, column, message }) =>
              `ConfigMap metallb-system/config: data.config, line ${line}, column ${column}: ${message}`,
          ),
          ...waiting.map((service) => `${serviceKey(service)} waits for an address`),
        ],
        fix: { advice: 'kubectl edit configmap -n metallb-system config' },
      },
    ];
  },
};
