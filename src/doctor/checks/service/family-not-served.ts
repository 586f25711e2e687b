import { serviceObject } from '../../../explain/phrases.ts';
import { parseIp } from '../../../net/ip.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { outsideIPs } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** kube-proxy passes over the addresses that are of no family of the Service's. */
export const familyNotServed: ClusterCheck = {
  code: 'EXT210',
  title: 'an external IP is of a family that its Service has not',
  severity: 'error',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: ({ services }) =>
    services.flatMap((service) => {
      const families = service.spec.ipFamilies ?? [];
      const wrong = outsideIPs(service).filter((ip) => {
        const family = parseIp(ip)?.family;
        return families.length > 0 && !families.includes(`IPv${family}`);
      });
      const key = serviceKey(service);
      return wrong.map((ip) => ({
        object: serviceObject(service),
        touches: [`ip/${ip}`],
        message: `${key} serves ${families.join(' and ')} only: kube-proxy passes over ${ip}`,
        evidence: [
          `service ${key}: ipFamilies is ${families.join(', ')}`,
          addressLine(service, ip),
        ],
        fix: {
          advice: `set ipFamilyPolicy of ${key} to PreferDualStack, if the cluster has both families, or take ${ip} out`,
        },
      }));
    }),
};
