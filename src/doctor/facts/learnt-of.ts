import type { Evidence } from '../../explain/evidence.ts';
import type { Observation } from '../../explain/explanation.ts';

/** What the nodes' neighbour tables say of the address that an observation is about. */
export function learntOf({ nodes }: Evidence, { object }: Observation): string[] {
  const ip = object.replace(/^ip\//, '');
  const file = ip.includes(':') ? 'ip-neigh-6.json' : 'ip-neigh.json';
  return nodes.flatMap(({ node, neighbours }) =>
    neighbours
      .filter((entry) => entry.ip === ip)
      .map((entry) => `${node} ${file}: ${ip} is at ${entry.mac} on ${entry.interface}`),
  );
}
