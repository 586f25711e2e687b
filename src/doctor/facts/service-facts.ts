import { oncePer } from '../../once-per.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { Snapshot } from '../../snapshot/model.ts';
import { externalIPs, outsideIPs } from '../../snapshot/queries.ts';

/** The Services that are served on the address from outside. */
export function servicesOn(snapshot: Snapshot, ip: string): readonly Service[] {
  return servicesByIp(snapshot).get(ip) ?? [];
}

const servicesByIp = oncePer(({ cluster }: Snapshot) => {
  const places = cluster.services.flatMap((service) =>
    [...new Set(outsideIPs(service))].map((ip) => ({ ip, service })),
  );
  const byIp = Map.groupBy(places, ({ ip }) => ip);
  return new Map([...byIp].map(([ip, own]) => [ip, own.map(({ service }) => service)]));
});

/** What a finding's object names, e.g. the address of `ip/20.1.0.167`. */
export function nameIn(object: string): string {
  return object.slice(object.indexOf('/') + 1);
}

/** The fact that an address is one of the Service's, as evidence. */
export function addressLine(service: Service, ip: string): string {
  const field = externalIPs(service).includes(ip)
    ? 'spec.externalIPs'
    : 'status.loadBalancer.ingress';
  return `service ${serviceKey(service)}: ${field} has ${ip}`;
}
