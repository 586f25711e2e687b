import { serviceObject } from '../../explain/phrases.ts';
import { type Pending, whyPending } from '../../metallb/why-pending.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import type { ClusterCheck } from '../check.ts';
import type { Code } from '../finding.ts';
import { isWaiting, METALLB_CONFIGURATION, metalLbOf, withoutMetalLb } from './metallb.ts';
import { lastEvent } from './service-events.ts';

/** What is the same of all checks for the causes of `<pending>`. */
export function waitingCheck({
  code,
  title,
  cause,
  advice,
}: {
  code: Code;
  title: string;
  cause: Pending['cause'];
  advice: string;
}): ClusterCheck {
  return {
    code,
    title,
    severity: 'error',
    reads: ['services', ...METALLB_CONFIGURATION],
    ofNodes: [],
    skips: withoutMetalLb,
    find(_, cluster) {
      const { pools, inUse, form, isDoubtful, isStale } = metalLbOf(cluster);
      if (isDoubtful || isStale) return [];
      return cluster.cluster.services.filter(isWaiting).flatMap((service) => {
        const why = whyPending(service, pools, inUse, form);
        if (why?.cause !== cause) return [];
        const key = serviceKey(service);
        const event = lastEvent(cluster, service, ['AllocationFailed', 'LoadBalancerFailed']);
        return {
          object: serviceObject(service),
          message: `${key} waits for an address: ${why.reason}`,
          evidence: [
            `${key}: of type LoadBalancer, and status.loadBalancer is empty`,
            ...why.pools.map(({ name, object, ranges }) => {
              const texts = ranges.map(({ first, last }) => `${first.text}-${last.text}`);
              return `${object}: the pool ${name} is ${texts.join(', ')}`;
            }),
            ...(event === null ? [] : [event]),
          ],
          fix: { advice },
        };
      });
    },
  };
}
