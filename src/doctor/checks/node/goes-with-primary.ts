import { anyOf } from '../../../net/routing/sysctl.ts';
import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';
import { narrowCommand, textOf } from '../../facts/prefix-of.ts';

/** Deleting a primary address deletes its secondaries, unless they are promoted (__inet_del_ifa, net/ipv4/devinet.c). */
export const goesWithPrimary: NodeCheck = {
  code: 'EXT309',
  title: "an external IP goes with the interface's first address",
  severity: 'warning',
  reads: ['services'],
  ofNode: ['facts', 'sysctl.txt'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    const network = node.read.get(4)?.network;
    return heldOn(node, cluster)
      .filter(({ ip, flags }) => !ip.includes(':') && flags.includes('secondary'))
      .filter(({ link }) => network && anyOf('promote_secondaries', link.name, network) === false)
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${textOf(held)} on ${held.link.name} of ${name} is secondary: it is deleted with the first address of its network, whenever that is set anew`,
        evidence: [
          `${name} ip-addr.json: ${held.link.name} has ${textOf(held)}, secondary`,
          `${name} sysctl.txt: promote_secondaries is 0`,
        ],
        fix: { command: narrowCommand(name, held) },
      }));
  },
};
