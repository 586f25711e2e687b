import { areEndpointsKnown, servingNodes } from '../../snapshot/endpoints.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import { readAssignments } from '../../snapshot/records.ts';
import { type Evidence, holders, outsideAddresses } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { moveCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/** externalTrafficPolicy Local, and the node that has the address runs no endpoint that gets packets. */
export function wrongHolder(evidence: Evidence): Observation[] {
  if (!areEndpointsKnown(evidence.snapshot)) return [];
  return outsideAddresses(evidence).flatMap(({ ip, services }) =>
    services.flatMap((service) => {
      const ready = servingNodes(evidence.snapshot, service);
      if (service.spec.externalTrafficPolicy !== 'Local' || ready.length === 0) return [];
      const key = serviceKey(service);
      const isOurs = readAssignments(service).assignments.some((entry) => entry.ip === ip);
      return holders(evidence, ip)
        .filter(({ node }) => !ready.includes(node))
        .map(({ node }) => ({
          code: 'wrong-holder' as const,
          severity: 'error' as const,
          object: `ip/${ip}`,
          message: `${node} has ${ip} and runs no ready endpoint of ${key}, whose externalTrafficPolicy is Local: it drops what comes in. The address has to be on a node that runs one: ${nameList(ready)}`,
          fix:
            isOurs && ready[0] !== undefined
              ? { command: moveCommand(key, ip, ready[0]) }
              : { advice: `put ${ip} on ${ready[0]}, or set externalTrafficPolicy to Cluster` },
        }));
    }),
  );
}
