import type { ClusterCheck } from '../../check.ts';
import { listed, subjectOf } from '../../facts/listed.ts';

/** It works; nobody says who wanted it, and nothing puts it back. */
export const notRecorded: ClusterCheck = {
  code: 'EXT229',
  title: 'an external IP was set by hand',
  severity: 'info',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: ({ snapshot }) =>
    listed(snapshot, 'unmanaged').map((item) => {
      const { namespace, service, ip } = item;
      return {
        ...subjectOf(item),
        message: `${ip} is in spec.externalIPs of ${namespace}/${service}, and extip has no record of it: it was set by hand, or by another program`,
        evidence: [
          `service ${namespace}/${service}: spec.externalIPs has ${ip}`,
          `service ${namespace}/${service}: the annotation extip.dev/assignments does not name ${ip}`,
        ],
        fix: {
          advice: `\`extip assign ${namespace}/${service} ${ip}\` records it, and leaves it there at release`,
        },
      };
    }),
};
