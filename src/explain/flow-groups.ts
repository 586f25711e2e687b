import type { NodeFlow } from './explain-node.ts';
import type { Flow } from './explanation.ts';
import type { Target } from './targets.ts';
import { fateOf } from './told-once.ts';

/**
 * The flows of all nodes, those of which the same is so on several as one: with hundreds of nodes the
 * ways of all would fill the memory, and nobody would read them.
 */
export class FlowGroups {
  readonly #groups = new Map<string, NodeFlow & { nodes: string[] }>();

  /** Keeps the way on the first node of a kind by name, of the others only their names. */
  add(flows: readonly NodeFlow[]): void {
    for (const nodeFlow of flows) {
      const { flow } = nodeFlow;
      const key = keyOf(nodeFlow);
      const same = this.#groups.get(key);
      if (!same) this.#groups.set(key, { ...nodeFlow, nodes: [...flow.nodes] });
      else {
        same.nodes.push(...flow.nodes);
        if ((flow.node ?? '') < (same.flow.node ?? '')) same.flow = flow;
      }
    }
  }

  /** In the order of the targets, then of where they come from; holders of the address first. */
  all(targets: readonly Target[]): NodeFlow[] {
    const places = new Map(targets.map((target, index) => [target, index]));
    const rank = ({ target, flow }: NodeFlow) => [
      places.get(target) ?? -1,
      ORIGINS.indexOf(flow.origin),
      flow.holder ? 0 : 1,
    ];
    return [...this.#groups.values()]
      .map(({ nodes, ...it }) => ({ ...it, flow: { ...it.flow, nodes: nodes.sort() } }))
      .sort((a, b) => compare(rank(a), rank(b)) || compareNodes(a.flow, b.flow));
  }
}

const ORIGINS: readonly Flow['origin'][] = ['external', 'pod', 'node'];

/** Hosts on the segment before others. */
function compareNodes(a: Flow, b: Flow): number {
  const [one, other] = [a, b].map(({ node }) => node ?? '');
  if (one !== other) return (one ?? '') < (other ?? '') ? -1 : 1;
  return (b.clients?.where ?? '') < (a.clients?.where ?? '') ? -1 : 1;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Where packets come from is another address on every node: that is no difference. */
function keyOf({ target, flow, endsHere }: NodeFlow): string {
  const { origin, holder, packet, service, clients } = flow;
  const asked = [
    ...[target.kind, target.ip?.text, packet.protocol, packet.destinationPort, service],
    ...[origin, holder, clients, endsHere],
  ];
  return `${JSON.stringify(asked)} ${fateOf(flow)}`;
}
