import { type Evidence, holders, outsideAddresses } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { forgetNeighbourCommand } from '../help-commands.ts';

/** Who answers for an address, as the nodes' neighbour tables have it, where it is not its holder. */
export function neighbours(evidence: Evidence): Observation[] {
  const owners = macOwners(evidence);
  return outsideAddresses(evidence).flatMap(({ ip }) => {
    const places = holders(evidence, ip).map(({ node }) => node);
    const seen = evidence.nodes.flatMap(({ node, neighbours: all }) =>
      all.filter((entry) => entry.ip === ip).map((entry) => ({ node, ...entry })),
    );
    return seen.flatMap(({ node, mac, ...entry }): Observation[] => {
      const owner = owners.get(mac.toLowerCase());
      if (owner !== undefined && places.includes(owner)) return [];
      const who = owner ?? `a host that is no node (${mac})`;
      return [
        {
          code: 'neighbour',
          severity: 'error',
          object: `ip/${ip}`,
          message: `${node} has learnt on ${entry.interface} that ${who} has ${ip}${owner === undefined ? '' : `, which is not so any more`}: what it sends there goes to that one`,
          fix:
            owner === undefined
              ? {
                  advice: `find the host with ${mac} and take ${ip} off it, or choose another address`,
                }
              : { command: forgetNeighbourCommand(ip, node, entry.interface) },
        },
      ];
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
