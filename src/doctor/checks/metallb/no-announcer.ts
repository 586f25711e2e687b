import { serviceObject } from '../../../explain/phrases.ts';
import { announcersOf } from '../../../metallb/announcers.ts';
import { servingNodes } from '../../../snapshot/endpoints.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { announcedServices } from '../../facts/announced-services.ts';
import { METALLB_CONFIGURATION, withoutMetalLb } from '../../facts/metallb.ts';

/** Advertisements choose nodes, and with policy Local only those that run an endpoint announce. */
export const noAnnouncer: ClusterCheck = {
  code: 'EXT721',
  title: 'no node may announce an address that MetalLB gave',
  severity: 'error',
  reads: ['services', 'nodes', 'endpointslices', ...METALLB_CONFIGURATION],
  ofNodes: [],
  skips: withoutMetalLb,
  find: ({ snapshot }, cluster) =>
    announcedServices(cluster).flatMap(({ service, ips, pool }) => {
      const serving = servingNodes(snapshot, service);
      const { nodes, excluded } = announcersOf(service, pool, snapshot.cluster.nodes, serving);
      // Without endpoints nothing is announced by anybody, which is found of the Service.
      const isOther = pool.announcements.length === 0 || serving.length === 0;
      if (nodes.length > 0 || isOther) return [];
      return {
        object: serviceObject(service),
        touches: [...ips.map((ip) => `ip/${ip}`), pool.object],
        message: `${ips.join(', ')} of ${serviceKey(service)} is announced by nobody: no node may announce addresses of the pool ${pool.name}`,
        evidence: [
          ...pool.announcements.map(({ by }) => `${by}: it is for the pool ${pool.name}`),
          ...excluded,
        ],
        fix: {
          advice:
            'let the advertisement take a node that can: one that runs an endpoint, with policy Local',
        },
      };
    }),
};
