import { holders } from '../../../explain/evidence.ts';
import { silentHolder as observe } from '../../../explain/observations/silent-holder.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';

/** It has the address where nobody asks for it. */
export const silentHolder: ClusterCheck = {
  code: 'EXT306',
  title: 'the node that has an external IP does not answer for it',
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts', 'sysctl.txt'],
  standsInPart: true,
  find: (evidence) =>
    observed(observe(evidence), 'error', ({ object }) => {
      const ip = object.replace(/^ip\//, '');
      return holders(evidence, ip).flatMap(({ node, interface: link }) => {
        const own = evidence.nodes.find((it) => it.node === node)?.addresses.get(ip);
        if (own?.answers !== false) return [];
        return [
          `${node} ip-addr.json: ${link ?? 'an interface'} has ${ip}, and ${own.segment} is on its segment`,
          `${node} sysctl.txt: arp_ignore, proxy_ndp of ${own.segment}`,
        ];
      });
    }),
};
