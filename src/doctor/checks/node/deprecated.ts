import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';

/** What comes in for it is served all the same (RFC 4862, 5.5.4). */
export const deprecated: NodeCheck = {
  code: 'EXT313',
  title: 'an external IP is deprecated as a source',
  severity: 'info',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter(({ flags }) => flags.includes('deprecated'))
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${held.ip} on ${held.link.name} of ${name} is deprecated: it is served, and no new connection of ${name} itself has it as its source`,
        evidence: [
          `${name} ip-addr.json: ${held.ip} on ${held.link.name} is ${held.flags.join(', ')}`,
        ],
        fix: null,
      }));
  },
};
