import type { Evidence } from '../../explain/evidence.ts';
import { serviceObject } from '../../explain/phrases.ts';
import { inRange, parseIp, parseRange } from '../../net/ip.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import type { AddressRange } from '../../snapshot/model.ts';
import { externalIPs } from '../../snapshot/queries.ts';
import type { Found } from '../finding.ts';
import { addressLine } from './service-facts.ts';

/** The external IPs that are in ranges of this kind; `consequence` follows whose the range is. */
export function inRanges(
  { services, snapshot }: Evidence,
  kind: AddressRange['kind'],
  consequence: string,
): Found[] {
  const ranges = snapshot.cluster.ranges.flatMap((it) => {
    const range = it.kind === kind ? parseRange(it.cidr) : null;
    return range ? [{ ...it, range }] : [];
  });
  return services.flatMap((service) =>
    externalIPs(service).flatMap((text) => {
      const ip = parseIp(text);
      const found = ip && ranges.find(({ range }) => inRange(range, ip));
      // The owner itself may have given it to the Service.
      if (!found || isBalanced(service, text)) return [];
      return {
        object: `ip/${text}`,
        touches: [serviceObject(service)],
        message: `${text}, an external IP of ${serviceKey(service)}, is in ${found.cidr}, which belongs to ${found.owner}: ${consequence}`,
        evidence: [addressLine(service, text), `${found.owner}: it has ${found.cidr}`],
        fix: { advice: `choose an address that is in no range of the cluster's` },
      };
    }),
  );
}

function isBalanced({ status }: Service, ip: string): boolean {
  return (status?.loadBalancer?.ingress ?? []).some((ingress) => ingress.ip === ip);
}
