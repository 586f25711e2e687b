import { serviceKey } from '../../snapshot/kubernetes.ts';
import { outsideIPs } from '../../snapshot/queries.ts';
import { type Evidence, holders } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { nameList, serviceObject, verb } from '../phrases.ts';

/** A Service that has no address outside, or an address that is no Service's. */
export function service(evidence: Evidence): Observation[] {
  return [...withoutAddress(evidence), ...nobodys(evidence)];
}

function nobodys(evidence: Evidence): Observation[] {
  const { ip } = evidence.subject;
  if (ip === null || evidence.services.length > 0) return [];
  const nodes = holders(evidence, ip).map(({ node }) => node);
  const place = nodes.length === 0 ? '' : `; ${nameList(nodes)} ${verb(nodes, 'has', 'have')} it`;
  return [
    {
      code: 'not-served',
      severity: 'warning',
      object: `ip/${ip}`,
      message: `no Service is served on ${ip}${place}`,
      fix: { command: 'extip list -A' },
    },
  ];
}

function withoutAddress({ services }: Evidence): Observation[] {
  return services
    .filter((it) => outsideIPs(it).length === 0)
    .map((it) => ({
      code: 'no-external-ip' as const,
      severity: 'warning' as const,
      object: serviceObject(it),
      message: `${serviceKey(it)} has no external IP`,
      fix: { advice: `give it one: extip assign ${serviceKey(it)} IP` },
    }));
}
