import { inRange, parseCidr, parseIp } from '../../../net/ip.ts';
import type { NodeCheck } from '../../check.ts';
import { type HeldAddress, heldOn, objectsOf } from '../../facts/held-addresses.ts';
import { isAlone, narrowCommand, textOf } from '../../facts/prefix-of.ts';

/** It has a connected route of its own, and goes with, or takes along, what is in its subnet. */
export const widePrefix: NodeCheck = {
  code: 'EXT307',
  title: 'an external IP has the prefix of a whole network',
  severity: 'warning',
  reads: ['services'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    return heldOn(node, cluster)
      .filter((held) => !isAlone(held) && !held.link.loopback)
      .flatMap((held) => {
        const beside = besideIn(held);
        if (beside === undefined) return [];
        return {
          ...objectsOf(node, held),
          message: `${textOf(held)} is on ${held.link.name} of ${name} beside ${textOf(beside)}, of one network: one of them is secondary and goes with the other, and the first is the source of what ${name} sends there`,
          evidence: [
            `${name} ip-addr.json: ${held.link.name} has ${textOf(held)} and ${textOf(beside)}`,
          ],
          // With a primary address the kernel may delete its secondaries, the node's own.
          fix: held.flags.includes('secondary')
            ? { command: narrowCommand(name, held) }
            : {
                advice: `give ${held.ip} its own prefix, from the console: ${beside.ip} may go with it`,
              },
        };
      });
  },
};

/** Another address of the interface's in the same network. */
function besideIn({ ip, prefix, link }: HeldAddress) {
  const range = parseCidr(`${ip}/${prefix}`);
  return link.addresses.find((other) => {
    const address = parseIp(other.ip);
    return (
      other.ip !== ip && other.prefix === prefix && range && address && inRange(range, address)
    );
  });
}
