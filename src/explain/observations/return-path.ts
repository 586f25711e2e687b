import type { Evidence } from '../evidence.ts';
import type { Flow, Loss, Observation } from '../explanation.ts';
import { sysctlCommand } from '../help-commands.ts';
import { nameList, senders } from '../phrases.ts';

/** Packets that a node throws away because its own way back leads elsewhere or nowhere, or would. */
export function returnPath({ flows }: Evidence): Observation[] {
  return [
    ...flows.flatMap((flow) =>
      flow.lost
        .filter(({ node }) => node === null)
        .flatMap((loss) => [...reversePath(flow, loss), ...noWayBack(flow, loss)]),
    ),
    ...answeredElsewhere(flows),
  ];
}

function reversePath(flow: Flow, loss: Loss): Observation[] {
  const { node, nodes } = flow;
  const link = loss.inInterface;
  if (loss.reason !== 'reverse-path' || node === null || link === null) return [];
  const name = `net.ipv4.conf.${link.replaceAll('.', '/')}.rp_filter`;
  const what =
    loss.leg === 'first' ? `what comes from ${senders(flow)}` : 'the answers that come in';
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

function noWayBack(flow: Flow, loss: Loss): Observation[] {
  const { node, nodes, packet, clients } = flow;
  if (!hasNoWayBack(loss) || node === null) return [];
  const whither = clients ? `${senders(flow)}, such as ${packet.source}` : packet.source;
  const by = packet.inInterface === null ? '' : ` by ${packet.inInterface}`;
  return [
    {
      code: 'no-way-back',
      severity: 'error',
      object: `node/${node}`,
      message: `${nameList(nodes)}: there is no route to ${whither}, so what comes from there is never answered`,
      fix: { advice: `give ${nameList(nodes)} a route there${by}, or a default route` },
    },
  ];
}

/** Once of all nodes, since it is mostly the same of all. */
function answeredElsewhere(flows: readonly Flow[]): Observation[] {
  const found = flows.filter(({ node, reply }) => node !== null && reply?.reason === 'asymmetric');
  const alike = Map.groupBy(found, (flow) => `${senders(flow)} by ${flow.packet.inInterface}`);
  return [...alike].map(([what, same]) => {
    const nodes = [...new Set(same.flatMap((flow) => flow.nodes))].sort();
    return {
      code: 'asymmetric-return',
      severity: 'warning',
      object: nodes.length === 1 ? `node/${nodes[0]}` : 'cluster',
      message: `${nameList(nodes)}: what comes from ${what} is answered by another interface: a firewall on the way that sees one half alone drops it`,
      fix: null,
    };
  });
}
