import type { Evidence } from '../evidence.ts';
import type { Flow, Loss, Observation } from '../explanation.ts';
import { sysctlCommand } from '../help-commands.ts';
import { nameList } from '../phrases.ts';

/** Packets that a node throws away because its own way back leads elsewhere or nowhere, or would. */
export function returnPath({ flows }: Evidence): Observation[] {
  return flows.flatMap((flow) => [
    ...flow.lost.flatMap((loss) => [...reversePath(flow, loss), ...noWayBack(flow, loss)]),
    ...answeredElsewhere(flow),
  ]);
}

function reversePath({ node, nodes, packet }: Flow, loss: Loss): Observation[] {
  const link = loss.inInterface;
  if (loss.reason !== 'reverse-path' || node === null || link === null) return [];
  const name = `net.ipv4.conf.${link.replaceAll('.', '/')}.rp_filter`;
  const what =
    loss.leg === 'first' ? `what comes from ${packet.source}` : 'the answers that come in';
  return [
    {
      code: 'asymmetric-return',
      severity: 'error',
      object: `node/${node}`,
      message: `${nameList(nodes)}: ${what} by ${link} is thrown away, because the node's own way back leads by another interface and rp_filter is strict. The route back has to lead by ${link}, or rp_filter has to be 2`,
      fix: { command: sysctlCommand(node, name, '2') },
    },
  ];
}

/** Whether the node has no route to where the packet comes from. */
export function hasNoWayBack({ leg, reason }: Loss): boolean {
  return reason === 'no-way-back' || (leg === 'reply' && reason === 'no-route');
}

function noWayBack({ node, nodes, packet }: Flow, loss: Loss): Observation[] {
  if (!hasNoWayBack(loss) || node === null) return [];
  const by = packet.inInterface === null ? '' : ` by ${packet.inInterface}`;
  return [
    {
      code: 'no-way-back',
      severity: 'error',
      object: `node/${node}`,
      message: `${nameList(nodes)}: there is no route to ${packet.source}, so what comes from there is never answered`,
      fix: { advice: `give ${nameList(nodes)} a route there${by}, or a default route` },
    },
  ];
}

function answeredElsewhere({ node, nodes, packet, reply }: Flow): Observation[] {
  const link = packet.inInterface;
  if (reply?.reason !== 'asymmetric' || node === null || link === null) return [];
  return [
    {
      code: 'asymmetric-return',
      severity: 'warning',
      object: `node/${node}`,
      message: `${nameList(nodes)}: what comes from ${packet.source} by ${link} is answered by another interface: a firewall on the way that sees one half alone drops it`,
      fix: null,
    },
  ];
}
