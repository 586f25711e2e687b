import { inRange, parseCidr, parseIp } from '../../../net/ip.ts';
import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';
import { isAlone, textOf } from '../../facts/prefix-of.ts';

/** The node's own address became secondary to it: the external IP was there first. */
export const isSource: NodeCheck = {
  code: 'EXT310',
  title: "an external IP has taken the place of the node's own address",
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    const object = cluster.nodes.find(({ metadata }) => metadata.name === name);
    const reported = new Set(
      (object?.status?.addresses ?? []).map(({ address }) => parseIp(address)?.text),
    );
    return heldOn(node, cluster)
      .filter((held) => !isAlone(held) && !held.flags.includes('secondary'))
      .filter(({ ip, link }) => !link.loopback && !reported.has(ip))
      .flatMap((held) => {
        const range = parseCidr(textOf(held));
        const own = held.link.addresses.find((other) => {
          const address = parseIp(other.ip);
          const isOwn = reported.has(other.ip) && other.flags.includes('secondary');
          return isOwn && range && address && inRange(range, address);
        });
        if (!own) return [];
        return {
          ...objectsOf(node, held),
          message: `${textOf(held)} was on ${held.link.name} of ${name} before ${own.ip}, the node's own: what ${name} sends there comes from ${held.ip}, and ${own.ip} goes with it`,
          evidence: [
            `${name} ip-addr.json: of ${held.link.name} ${textOf(own)} is secondary, ${textOf(held)} is not`,
            `nodes: ${name} reports ${own.ip}`,
          ],
          fix: {
            advice: `let ${textOf(held)} come after ${textOf(own)}, as ${held.ip} alone; who takes it off by hand may take ${own.ip} along`,
          },
        };
      });
  },
};
