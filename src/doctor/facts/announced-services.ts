import { assignedIPs } from '../../metallb/addresses-in-use.ts';
import type { Pool } from '../../metallb/pools.ts';
import { inRange } from '../../net/ip.ts';
import type { Service } from '../../snapshot/kubernetes.ts';
import type { ClusterSnapshot } from '../cluster-snapshot.ts';
import { metalLbOf } from './metallb.ts';

/** A Service that has addresses of MetalLB's, and the pool that has them all. */
export interface AnnouncedService {
  service: Service;
  ips: readonly string[];
  pool: Pool;
}

/** The Services that speakers are to announce. One with a class may be another's. */
export function announcedServices(cluster: ClusterSnapshot): AnnouncedService[] {
  const { pools, isDoubtful } = metalLbOf(cluster);
  if (isDoubtful) return [];
  return cluster.cluster.services.flatMap((service) => {
    const ips = service.spec.loadBalancerClass ? [] : assignedIPs(service);
    const pool = pools.find(({ ranges }) =>
      ips.every((ip) => ranges.some((range) => inRange(range, ip))),
    );
    if (ips.length === 0 || !pool) return [];
    return { service, ips: ips.map(({ text }) => text), pool };
  });
}
