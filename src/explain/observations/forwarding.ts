import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { sysctlCommand } from '../help-commands.ts';

/** Nodes that do not send on what comes in: no pod behind them gets anything from outside. */
export function forwarding({ nodes }: Evidence): Observation[] {
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
