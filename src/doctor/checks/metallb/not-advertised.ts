import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../../check.ts';
import { announcedServices } from '../../facts/announced-services.ts';
import { METALLB_CONFIGURATION, metalLbOf, withoutMetalLb } from '../../facts/metallb.ts';

/** The controller gives the address all the same, and nobody outside is told where it is. */
export const notAdvertised: ClusterCheck = {
  code: 'EXT720',
  title: 'no advertisement is for the pool of an address that MetalLB gave',
  severity: 'error',
  reads: ['services', ...METALLB_CONFIGURATION],
  ofNodes: [],
  skips: withoutMetalLb,
  find: (_, cluster) =>
    announcedServices(cluster)
      .filter(({ pool }) => pool.announcements.length === 0)
      .map(({ service, ips, pool }) => ({
        object: serviceObject(service),
        touches: [...ips.map((ip) => `ip/${ip}`), pool.object],
        message: `${ips.join(', ')} of ${serviceKey(service)} is announced by nobody: no L2Advertisement or BGPAdvertisement is for the pool ${pool.name}`,
        evidence: [
          `${serviceKey(service)}: status.loadBalancer has ${ips.join(', ')}, of ${pool.object}`,
          `l2advertisements, bgpadvertisements: ${
            metalLbOf(cluster)
              .advertisements.map(({ kind, metadata }) => `${kind} ${metadata.name} is for others`)
              .join(', ') || 'there are none'
          }`,
        ],
        fix: { advice: `make an L2Advertisement or a BGPAdvertisement for the pool ${pool.name}` },
      })),
};
