import { mendCommand } from '../../../plan/mend.ts';
import type { ClusterCheck } from '../../check.ts';
import { listed } from '../../facts/listed.ts';

/** Nobody takes the address off any more. */
export const orphan: ClusterCheck = {
  code: 'EXT116',
  title: 'a node keeps an address for a Service that is gone',
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['records'],
  standsInPart: true,
  find: ({ snapshot }) =>
    listed(snapshot, 'orphan').flatMap((item) => {
      const { namespace, service, ip, node, problems, holders, fix } = item;
      if (ip === null || node === null) return [];
      const mend = { verb: 'release-orphan', ip, node } as const;
      return {
        object: `ip/${ip}`,
        touches: [`node/${node}`, `service/${namespace}/${service}`],
        message: problems.join('; '),
        evidence: [
          `${node} extip-records.json: ${ip} is for ${namespace}/${service}`,
          `services: none of that uid has ${ip} on ${node} in its record`,
          ...holders.map((place) => `${place.node} ip-addr.json: ${place.interface} has ${ip}`),
        ],
        fix: fix === null ? null : { command: fix },
        // Another cluster's record is not ours to release.
        ...(mendCommand(mend) === fix && { mend }),
      };
    }),
};
