import { type Evidence, holders, nodesWithoutFacts, outsideAddresses } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { forgetNeighbourCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/** Who answers for an address on its segment, as the nodes' neighbour tables have it. */
export function neighbours(evidence: Evidence): Observation[] {
  const owners = macOwners(evidence);
  const unread = nodesWithoutFacts(evidence.snapshot);
  return outsideAddresses(evidence).flatMap(({ ip }) => {
    const places = holders(evidence, ip).map(({ node }) => node);
    const seen = evidence.nodes.flatMap(({ node, neighbours: all }) =>
      all.filter((entry) => entry.ip === ip).map((entry) => ({ node, ...entry })),
    );
    return seen.flatMap(({ node, mac, ...entry }): Observation[] => {
      const owner = owners.get(mac.toLowerCase());
      const learnt = `${node} has learnt on ${entry.interface} that`;
      const about = { code: 'neighbour', object: `ip/${ip}` } as const;
      if (owner === undefined && unread.length > 0) {
        const message = `${learnt} ${mac} has ${ip}: none of the nodes that were read; ${nameList(unread)} may be it`;
        return [{ ...about, severity: 'info', message, fix: null }];
      }
      if (owner === undefined) {
        const message = `${learnt} a host that is no node (${mac}) has ${ip}: it answers for the address on the segment`;
        const advice = `find the host with ${mac} and take ${ip} off it, or choose another address`;
        return [{ ...about, severity: 'error', message, fix: { advice } }];
      }
      if (places.includes(owner)) {
        const message = `${learnt} ${owner} has ${ip} (${mac})`;
        return [{ ...about, severity: 'info', message, fix: null }];
      }
      // Where nobody has it any more, to have learnt who had does no harm.
      if (places.length === 0) return [];
      const message = `${learnt} ${owner} has ${ip}, which is not so any more: whoever else has learnt that sends to the wrong node`;
      const command = forgetNeighbourCommand(ip, node, entry.interface);
      return [{ ...about, severity: 'warning', message, fix: { command } }];
    });
  });
}

/** The nodes by the hardware addresses of their interfaces. */
function macOwners({ snapshot }: Evidence): Map<string, string> {
  const links = Object.values(snapshot.nodes).flatMap(({ name, facts }) =>
    (facts?.interfaces ?? []).map(({ mac }) => ({ name, mac })),
  );
  return new Map(links.flatMap(({ name, mac }) => (mac ? [[mac.toLowerCase(), name]] : [])));
}
