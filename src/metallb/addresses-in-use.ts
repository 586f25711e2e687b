import { fromValue, type Ip, parseIp } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import { servicePorts } from '../snapshot/queries.ts';
import { annotationOf } from './annotations.ts';
import type { Pool } from './pools.ts';

/** The Services that have load-balancer addresses, by address. */
export type AddressesInUse = ReadonlyMap<string, readonly Service[]>;

export function addressesInUse(services: readonly Service[]): AddressesInUse {
  const users = services.flatMap((service) =>
    assignedIPs(service).map((ip) => ({ ip: ip.text, service })),
  );
  return new Map(
    [...Map.groupBy(users, ({ ip }) => ip)].map(([ip, all]) => [
      ip,
      all.map(({ service }) => service),
    ]),
  );
}

/** The load-balancer addresses of a Service. */
export function assignedIPs({ spec, status }: Service): Ip[] {
  if (spec.type !== 'LoadBalancer') return [];
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip && parseIp(ip)) || []);
}

/**
 * Why the Service may not have the address beside those that have it; null: it may. They must have the same
 * annotation allow-shared-ip, other ports, and with policy Local the same selector (checkSharing,
 * internal/allocator, 0.15).
 */
export function whyNotShared(service: Service, ip: string, inUse: AddressesInUse): string | null {
  const key = serviceKey(service);
  const others = (inUse.get(ip) ?? []).filter((other) => serviceKey(other) !== key);
  for (const other of others) {
    const name = serviceKey(other);
    const sharing = annotationOf(service, 'allow-shared-ip');
    if (sharing === '' || sharing !== annotationOf(other, 'allow-shared-ip')) {
      return `${name} has it, and they have not the same annotation allow-shared-ip`;
    }
    if (backendKey(service) !== backendKey(other)) {
      return `${name} has it, with another selector or externalTrafficPolicy`;
    }
    const taken = new Set(servicePorts(other).map(portText));
    const port = servicePorts(service)
      .map(portText)
      .find((one) => taken.has(one));
    if (port !== undefined) return `${name} has ${port} on it`;
  }
  return null;
}

/** The first address of the family that the Service may have; null: there is none left. */
export function freeAddress(
  { ranges, avoidBuggyIPs }: Pool,
  family: Ip['family'],
  service: Service,
  inUse: AddressesInUse,
): Ip | null {
  for (const { first, last } of ranges) {
    if (first.family !== family) continue;
    for (let { value } = first; value <= last.value; value += 1n) {
      const ip = fromValue(family, value);
      if (avoidBuggyIPs && isBuggy(ip)) continue;
      if (whyNotShared(service, ip.text, inUse) === null) return ip;
    }
  }
  return null;
}

/** What `avoidBuggyIPs` leaves out: IPv4 that ends in .0 or .255. */
export function isBuggy({ family, value }: Ip): boolean {
  const end = value & 255n;
  return family === 4 && (end === 0n || end === 255n);
}

function portText({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}

function backendKey({ spec }: Service): string {
  if (spec.externalTrafficPolicy !== 'Local') return '';
  return JSON.stringify(Object.entries(spec.selector ?? {}).sort());
}
