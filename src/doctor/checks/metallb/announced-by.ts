import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { announcedServices } from '../../facts/announced-services.ts';
import { withoutMetalLb } from '../../facts/metallb.ts';
import { lastEvent } from '../../facts/service-events.ts';

/** By the event that a speaker wrote when it began; events are kept for an hour. */
export const announcedBy: ClusterCheck = {
  code: 'EXT730',
  title: 'which node announces an address of MetalLB',
  severity: 'info',
  reads: ['services', 'events', 'ipaddresspools', 'configmaps'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutMetalLb,
  find: (_, cluster) =>
    announcedServices(cluster).flatMap(({ service, ips }) => {
      const event = lastEvent(cluster, service, ['nodeAssigned']);
      if (event === null) return [];
      const [, node = ''] = /from node "([^"]+)"/.exec(event) ?? [];
      return {
        object: serviceObject(service),
        touches: [...ips.map((ip) => `ip/${ip}`), `node/${node}`],
        message: `${ips.join(', ')} of ${serviceKey(service)} was last announced by ${node}`,
        evidence: [event],
        fix: null,
      };
    }),
};
