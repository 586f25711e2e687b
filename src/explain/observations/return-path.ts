import type { Evidence } from '../evidence.ts';
import type { Flow, Observation } from '../explanation.ts';
import { sysctlCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/** Packets that a node throws away because its own way back leads elsewhere, or would. */
export function returnPath({ flows }: Evidence): Observation[] {
  return flows.flatMap((flow): Observation[] => {
    const { packet, nodes, node } = flow;
    const link = packet.inInterface;
    if (node === null || link === null) return [];
    const came = `${nameList(nodes)}: what comes from ${packet.source} by ${link}`;
    if (flow.verdict.reason === 'reverse-path') {
      const name = `net.ipv4.conf.${link.replaceAll('.', '/')}.rp_filter`;
      return [
        {
          code: 'asymmetric-return',
          severity: 'error',
          object: `node/${node}`,
          message: `${came} is thrown away, because the node's own way back leads by another interface and rp_filter is strict. The route back has to lead by ${link}, or rp_filter has to be 2`,
          fix: { command: sysctlCommand(node, name, '2') },
        },
      ];
    }
    return isAnsweredElsewhere(flow)
      ? [
          {
            code: 'asymmetric-return',
            severity: 'warning',
            object: `node/${node}`,
            message: `${came} is answered by another interface: a firewall on the way that sees one half alone drops it`,
            fix: null,
          },
        ]
      : [];
  });
}

function isAnsweredElsewhere({ reply }: Flow): boolean {
  return reply?.reason === 'asymmetric';
}
