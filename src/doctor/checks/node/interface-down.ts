import { quote } from '../../../quote.ts';
import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';

/** No other interface of the node's is on the address's segment and up. */
export const interfaceDown: NodeCheck = {
  code: 'EXT323',
  title: 'the interface that has an external IP is down',
  severity: 'error',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter(({ link }) => !link.up)
      .filter(({ ip, link }) => {
        const segment = node.evidence.addresses.get(ip)?.segment ?? null;
        return segment === null || segment === link.name;
      })
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${held.link.name} of ${name}, which has ${held.ip}, is down or without carrier, and no other interface of ${name} is on its segment: nothing from outside comes in`,
        evidence: [`${name} ip-addr.json: ${held.link.name} is not both UP and LOWER_UP`],
        fix: { command: `on ${name}: ip link set ${quote(held.link.name)} up` },
      }));
  },
};
