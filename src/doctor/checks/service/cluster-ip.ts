import { outsideAddresses } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { parseIp } from '../../../net/ip.ts';
import { type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import { servicePorts } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** Where both have one port it is another finding, and worse. */
export const clusterIp: ClusterCheck = {
  code: 'EXT219',
  title: "an external IP is another Service's cluster IP",
  severity: 'warning',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) => {
    const inside = byClusterIP(evidence.snapshot.cluster.services);
    return outsideAddresses(evidence).flatMap(({ ip, services }) => {
      const other = inside.get(ip);
      if (!other || services.some((service) => shareAPort(service, other))) return [];
      return {
        object: `ip/${ip}`,
        touches: [...services, other].map(serviceObject),
        message: `${ip} is the cluster IP of ${serviceKey(other)}: it is of the range that Kubernetes gives to Services, and any port that this one gets clashes`,
        evidence: [
          ...services.map((service) => addressLine(service, ip)),
          `service ${serviceKey(other)}: clusterIPs has ${ip}`,
        ],
        fix: { advice: "choose an address outside the cluster's own ranges" },
      };
    });
  },
};

function byClusterIP(services: readonly Service[]): ReadonlyMap<string, Service> {
  return new Map(
    services.flatMap((service) =>
      (service.spec.clusterIPs ?? [service.spec.clusterIP ?? '']).flatMap((text) => {
        const ip = parseIp(text);
        return ip ? [[ip.text, service] as const] : [];
      }),
    ),
  );
}

function shareAPort(one: Service, other: Service): boolean {
  const own = new Set(servicePorts(one).map(({ port, protocol }) => `${port}/${protocol}`));
  return servicePorts(other).some(({ port, protocol }) => own.has(`${port}/${protocol}`));
}
