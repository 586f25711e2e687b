import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { sysctlCommand } from '../help-commands.ts';

/** Nodes that do not send on what comes in: no pod behind them gets anything from outside. */
export function forwarding(evidence: Evidence): Observation[] {
  return [...byNode(evidence), ...byInterface(evidence)];
}

function byNode({ nodes }: Evidence): Observation[] {
  return nodes.flatMap(({ node, forwards }) =>
    ([4, 6] as const)
      .filter((family) => forwards[family] === false)
      .map((family): Observation => {
        const name = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
        return {
          code: 'forwarding-off',
          severity: 'error',
          object: `node/${node}`,
          message: `${node} does not forward (${name} is 0): what comes in for pods is thrown away`,
          fix: { command: sysctlCommand(node, name, '1') },
        };
      }),
  );
}

/** Of IPv4 an interface has a setting of its own, which holds whatever that of the node is. */
function byInterface({ nodes, flows }: Evidence): Observation[] {
  const off = nodes.filter(({ forwards }) => forwards[4] === false).map(({ node }) => node);
  return flows.flatMap((flow) =>
    flow.lost.flatMap(({ leg, reason, inInterface, ...loss }): Observation[] => {
      const node = loss.node ?? flow.node;
      const isItsOwn = reason === 'forwarding-disabled' && node !== null && !off.includes(node);
      if (!isItsOwn || inInterface === null) return [];
      const name = `net.ipv4.conf.${inInterface.replaceAll('.', '/')}.forwarding`;
      const what = leg === 'first' ? 'comes in there for pods' : 'pods answer there';
      return [
        {
          code: 'forwarding-off',
          severity: 'error',
          object: `node/${node}`,
          message: `${node} does not forward what comes in by ${inInterface} (${name} is 0): what ${what} is thrown away`,
          fix: { command: sysctlCommand(node, name, '1') },
        },
      ];
    }),
  );
}
