import { type Evidence, holders, nodesUnread, silentHolders } from './evidence.ts';
import type { NodeFlow } from './explain-node.ts';
import { ANYWHERE, type AssumedFact, type Flow } from './explanation.ts';
import { isAnnounced, isOnNoNode, mayBeAnnounced } from './observations/no-holder.ts';
import { nameList } from './phrases.ts';

/**
 * What a node's rules make of a packet from outside is of no use where it never comes to the node: for
 * an address of the segment somebody has to answer. `isWhole`: all nodes were asked.
 */
export function withArrivals(
  flows: readonly NodeFlow[],
  evidence: Evidence,
  { isWhole }: { isWhole: boolean },
): Flow[] {
  const told = new Set<string>();
  return flows.flatMap(({ target, flow }) => {
    const { ip } = target;
    if (flow.origin !== 'external' || target.kind !== 'outside' || !ip) return [flow];
    if (isSilent(flow, ip.text, evidence)) return [nobodyAnswers(flow, 'silent-holder')];
    if (!isWhole) return [flow.holder ? flow : assuming(flow, sentHere(ip.text, flow))];
    const open = openFacts(evidence, ip.text);
    if (open.length === 0 && !isOnNoNode(evidence, ip.text)) {
      return [flow.holder ? flow : assuming(flow, sentHere(ip.text, flow))];
    }
    const key = `${ip.text} ${target.port} ${target.protocol} ${flow.service}`;
    if (told.has(key)) return [];
    told.add(key);
    return [open.length > 0 ? nobodyKnows(flow, open) : nobodyAnswers(nowhere(flow), 'no-holder')];
  });
}

/** On which it depends who answers for the address; none: that is known. */
function openFacts(evidence: Evidence, ip: string): string[] {
  if (mayBeAnnounced(evidence, ip)) return [`a load balancer answers for ${ip} on its segment`];
  if (holders(evidence, ip).length > 0 || isAnnounced(evidence, ip)) return [];
  return nodesUnread(evidence).map((node) => `${node} has ${ip}`);
}

function sentHere(ip: string, { nodes }: Flow): AssumedFact {
  const fact = `packets to ${ip} are sent to ${nameList(nodes)}`;
  return { fact, settledBy: null, harmless: false };
}

function assuming(flow: Flow, fact: AssumedFact): Flow {
  return { ...flow, assumed: [fact, ...flow.assumed] };
}

/** The packet comes to no node: there is no way to tell. */
function nowhere(flow: Flow): Flow {
  return {
    ...flow,
    node: null,
    nodes: [],
    holder: null,
    packet: { ...flow.packet, inInterface: null },
    clients: flow.clients && ANYWHERE,
    reply: null,
    backends: [],
    lost: [],
    masquerade: null,
    untouched: null,
    assumed: [],
    undetermined: [],
    phases: [],
    sections: [],
  };
}

function nobodyAnswers(flow: Flow, reason: 'no-holder' | 'silent-holder'): Flow {
  const { holder, nodes, node } = flow;
  return {
    ...nowhere(flow),
    holder,
    nodes,
    node,
    verdict: { outcome: 'dropped', reason, rule: null },
  };
}

/** Whether all nodes of this flow have the address and keep silent about it. */
function isSilent({ holder, nodes }: Flow, ip: string, evidence: Evidence): boolean {
  if (holder !== true || isAnnounced(evidence, ip) || mayBeAnnounced(evidence, ip)) return false;
  const silent = silentHolders(evidence, ip);
  return nodes.every((it) => silent.includes(it));
}

function nobodyKnows(flow: Flow, open: readonly string[]): Flow {
  return {
    ...nowhere(flow),
    verdict: { outcome: 'undetermined', reason: 'holder-unknown', rule: null },
    undetermined: open.map((fact) => ({ fact, settledBy: null })),
  };
}
