import { RefusedError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { serviceRef } from './service-ref.ts';

/** Throws RefusedError for a Service that kube-proxy would not serve on the address at all. */
export function mustBeServable(service: Service, ip: Ip): void {
  const why = whyNot(service, ip);
  if (why === null) return;
  const { namespace, name } = serviceRef(service);
  throw new RefusedError(`${namespace}/${name} ${why}`, {
    reason: 'not-servable',
    object: `service/${namespace}/${name}`,
  });
}

function whyNot({ spec }: Service, ip: Ip): string | null {
  if (spec.type === 'ExternalName') return 'is of type ExternalName: external IPs are ignored';
  if (spec.clusterIP === 'None') return 'is headless: external IPs are ignored';
  if ((spec.ports ?? []).length === 0) return 'has no ports';
  const families = spec.ipFamilies ?? [];
  if (families.length > 0 && !families.includes(`IPv${ip.family}`)) {
    return `serves ${families.join(' and ')} only: ${ip.text} would be ignored`;
  }
  return null;
}
