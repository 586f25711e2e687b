import { nameList, serviceObject } from '../../../explain/phrases.ts';
import type { Target } from '../../../explain/targets.ts';
import { addressAndPort } from '../../../net/address-and-port.ts';
import { parseIp } from '../../../net/ip.ts';
import { type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import { servicePorts, whyNotProxied } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** Neither the API nor kube-proxy minds. */
export const portOfTwoServices: ClusterCheck = {
  code: 'EXT211',
  title: 'two Services have one address and port',
  severity: 'error',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: ({ targets, snapshot }) => {
    const served = targets.filter(({ service }) => service && !whyNotProxied(service));
    const inside = clusterIPsOf(snapshot.cluster.services);
    return [...Map.groupBy(served, placeOf)].flatMap(([place, own]) => {
      const ip = own[0]?.ip?.text ?? '';
      const outside = [...new Set(own.flatMap(({ service }) => service ?? []))];
      const within = inside.get(place);
      const all = [...new Set([...outside, ...(within ? [within] : [])])];
      if (all.length < 2) return [];
      return {
        object: `ip/${ip}`,
        touches: all.map(serviceObject),
        message: `${place} is of ${nameList(all.map(serviceKey))}: kube-proxy serves one of them, and the others get nothing`,
        evidence: [
          ...outside.map((service) => addressLine(service, ip)),
          ...(within ? [`service ${serviceKey(within)}: clusterIPs has ${ip}`] : []),
        ],
        fix: { advice: 'give each of them an address of its own, or another port' },
      };
    });
  },
};

function placeOf({ ip, port, protocol }: Target): string {
  return `${addressAndPort(ip?.text ?? '', port)}/${protocol}`;
}

/** The Services by each cluster IP and port, in the form of `placeOf`. */
function clusterIPsOf(services: readonly Service[]): ReadonlyMap<string, Service> {
  const places = services.flatMap((service) =>
    (service.spec.clusterIPs ?? [service.spec.clusterIP ?? ''])
      .flatMap((text) => parseIp(text) ?? [])
      .flatMap((ip) =>
        servicePorts(service).map(
          ({ port, protocol }) =>
            [`${addressAndPort(ip.text, port)}/${protocol.toLowerCase()}`, service] as const,
        ),
      ),
  );
  return new Map(places);
}
