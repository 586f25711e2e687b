import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';

/** While the kernel asks whether somebody else has it (RFC 4862, 5.4), it answers for nothing. */
export const tentative: NodeCheck = {
  code: 'EXT312',
  title: 'an external IP is not yet in use',
  severity: 'warning',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter(({ flags }) => flags.includes('tentative') && !flags.includes('dadfailed'))
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${held.ip} on ${held.link.name} of ${name} is tentative: until duplicate address detection is over ${name} does not answer for it`,
        evidence: [
          `${name} ip-addr.json: ${held.ip} on ${held.link.name} is ${held.flags.join(', ')}`,
        ],
        fix: {
          advice: `look again in a few seconds; if it stays so, ${held.link.name} has no carrier`,
        },
      }));
  },
};
