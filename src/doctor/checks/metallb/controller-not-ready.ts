import { serviceObject } from '../../../explain/phrases.ts';
import type { ClusterCheck } from '../../check.ts';
import { isPodReady, isWaiting, metalLbOf, podsOf, withoutMetalLb } from '../../facts/metallb.ts';

/** The controller is the one that gives addresses. */
export const controllerNotReady: ClusterCheck = {
  code: 'EXT716',
  title: "MetalLB's controller is not ready",
  severity: 'error',
  reads: ['pods'],
  ofNodes: [],
  skips: withoutMetalLb,
  find(_, cluster) {
    const controllers = podsOf(metalLbOf(cluster), 'controller');
    if (controllers.length === 0 || controllers.some(isPodReady)) return [];
    return [
      {
        object: 'cluster',
        touches: cluster.cluster.services.filter(isWaiting).map(serviceObject),
        message: "MetalLB's controller is not ready: no Service is given an address",
        evidence: controllers.map(
          ({ metadata }) => `Pod ${metadata.namespace}/${metadata.name}: it is not Ready`,
        ),
        fix: { advice: 'kubectl describe pods -n metallb-system -l component=controller says why' },
      },
    ];
  },
};
