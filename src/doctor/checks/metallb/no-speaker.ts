import { serviceObject } from '../../../explain/phrases.ts';
import { announcersOf } from '../../../metallb/announcers.ts';
import { servingNodes } from '../../../snapshot/endpoints.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { announcedServices } from '../../facts/announced-services.ts';
import {
  isPodReady,
  METALLB_CONFIGURATION,
  metalLbOf,
  podsOf,
  withoutMetalLb,
} from '../../facts/metallb.ts';

/** Speakers announce addresses, each those of its own node. */
export const noSpeaker: ClusterCheck = {
  code: 'EXT722',
  title: 'no speaker of MetalLB is ready on a node that may announce an address',
  severity: 'error',
  reads: ['services', 'nodes', 'endpointslices', 'pods', ...METALLB_CONFIGURATION],
  ofNodes: [],
  skips: withoutMetalLb,
  find({ snapshot }, cluster) {
    const speakers = podsOf(metalLbOf(cluster), 'speaker');
    // Without any they may be called otherwise here.
    if (speakers.length === 0) return [];
    const ready = new Set(speakers.filter(isPodReady).map(({ spec }) => spec?.nodeName));
    return announcedServices(cluster).flatMap(({ service, ips, pool }) => {
      const serving = servingNodes(snapshot, service);
      const { nodes } = announcersOf(service, pool, snapshot.cluster.nodes, serving);
      const names = nodes.map(({ metadata }) => metadata.name);
      const isOther = names.length === 0 || serving.length === 0;
      if (isOther || names.some((name) => ready.has(name))) return [];
      return {
        object: serviceObject(service),
        touches: [...ips.map((ip) => `ip/${ip}`), ...names.map((name) => `node/${name}`)],
        message: `${ips.join(', ')} of ${serviceKey(service)} is announced by nobody: no speaker is ready on ${names.join(', ')}`,
        evidence: names.map((name) => {
          const own = speakers.find(({ spec }) => spec?.nodeName === name);
          return own
            ? `Pod ${own.metadata.namespace}/${own.metadata.name} on ${name}: it is not Ready`
            : `pods: no speaker is on ${name}`;
        }),
        fix: {
          advice:
            'kubectl get pods -n metallb-system -l component=speaker -o wide says where they are',
        },
      };
    });
  },
};
