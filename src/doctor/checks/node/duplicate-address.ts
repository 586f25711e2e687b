import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';

/** The kernel does not use an address that somebody else answered for (RFC 4862, 5.4.5). */
export const duplicateAddress: NodeCheck = {
  code: 'EXT311',
  title: 'another host has an external IP: duplicate address detection failed',
  severity: 'error',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter(({ flags }) => flags.includes('dadfailed'))
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${held.ip} on ${held.link.name} of ${name} is not in use: when it was put there another host of the segment answered for it`,
        evidence: [
          `${name} ip-addr.json: ${held.ip} on ${held.link.name} is ${held.flags.join(', ')}`,
        ],
        fix: {
          advice: `find the host that has ${held.ip} and take it off there, or choose another address`,
        },
      }));
  },
};
