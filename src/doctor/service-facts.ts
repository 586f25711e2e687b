import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { outsideIPs } from '../snapshot/queries.ts';

/** The Services that are served on the address, as findings name them. */
export function servicesOn({ cluster }: Snapshot, ip: string): Service[] {
  return cluster.services.filter((service) => outsideIPs(service).includes(ip));
}

/** How findings name a Service. */
export function objectOf(service: Service): string {
  return `service/${serviceKey(service)}`;
}
