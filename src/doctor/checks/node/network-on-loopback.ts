import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';
import { isAlone, narrowCommand, textOf } from '../../facts/prefix-of.ts';

/** The kernel takes all of a loopback address's network to be local (fib_add_ifaddr, net/ipv4/fib_frontend.c). */
export const networkOnLoopback: NodeCheck = {
  code: 'EXT308',
  title: 'an external IP on lo makes its whole network local',
  severity: 'error',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter((held) => held.link.loopback && !held.ip.includes(':') && !isAlone(held))
      .map((held) => ({
        ...objectsOf(node, held),
        message: `${textOf(held)} is on ${held.link.name} of ${name}: ${name} takes every address of that network for its own, and sends nothing to the hosts that have them`,
        evidence: [`${name} ip-addr.json: ${held.link.name} has ${textOf(held)}`],
        fix: { command: narrowCommand(name, held) },
      }));
  },
};
