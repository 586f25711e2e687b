import { serviceObject } from '../../../explain/phrases.ts';
import {
  LAST_APPLIED,
  lastAppliedIPs,
  serverSideApplier,
} from '../../../plan/external-ips-manager.ts';
import { type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import { externalIPs } from '../../../snapshot/queries.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';

/** spec.externalIPs is one list: whoever applies his own takes away what others added. */
export const willBePutBack: ClusterCheck = {
  code: 'EXT230',
  title: "a Service's manifest takes external IPs away that extip assigned",
  severity: 'warning',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: ({ snapshot }) =>
    snapshot.cluster.services.flatMap((service) => {
      const applied = appliedTo(service);
      const assigned = readAssignments(service).assignments.map(({ ip }) => ip);
      const lost = applied ? assigned.filter((ip) => !applied.ips.includes(ip)) : [];
      if (!applied || lost.length === 0) return [];
      const key = serviceKey(service);
      return {
        object: serviceObject(service),
        touches: lost.map((ip) => `ip/${ip}`),
        message: `${applied.who} sets spec.externalIPs of ${key} without ${lost.join(', ')}, which extip assigned: each time that it is applied they are gone`,
        evidence: [
          `service ${key}: extip.dev/assignments has ${lost.join(', ')}`,
          `service ${key}: ${applied.where} spec.externalIPs ${applied.ips.join(', ') || '(none)'}`,
        ],
        fix: { advice: `add ${lost.join(', ')} to the manifest, or take externalIPs out of it` },
      };
    }),
};

/** Who applies which list; null: nobody, or only what is there. */
function appliedTo(service: Service): { who: string; ips: string[]; where: string } | null {
  const applied = lastAppliedIPs(service.metadata.annotations?.[LAST_APPLIED]);
  if (applied) {
    return { who: 'kubectl apply', ips: applied, where: 'what was applied last has' };
  }
  const who = serverSideApplier(service);
  // The list is his as long as it is as he applied it.
  return who === null
    ? null
    : { who, ips: externalIPs(service), where: `managedFields says that ${who} applied` };
}
