import type { Right } from '../calico/rights.ts';
import { parseIp } from '../net/ip.ts';
import { type ApiNode, apiNodes } from '../plan/api-nodes.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import type { Refusal } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf } from '../snapshot/queries.ts';
import { whyNotOnNode } from '../watchdog/arm-node.ts';
import type { NodeAccess } from '../watchdog/node-program.ts';
import { reachNode, type Session } from './session.ts';

/** kubeadm's, on every node of the control plane. */
const ADMIN_KUBECONFIG = '/etc/kubernetes/admin.conf';

/** How such a node asks its own API server. */
export function accessOf({ server }: Pick<ApiNode, 'server'>): NodeAccess {
  return { adminKubeconfig: ADMIN_KUBECONFIG, server };
}

/** Who could take a guard back besides this machine. */
export interface UndoPaths {
  /** The covered nodes that could, with nobody reaching them: they serve the API themselves. */
  nodes: Pick<ApiNode, 'node' | 'server'>[];
  /** What speaks against the guard because nothing surely could. */
  refusals: Refusal[];
  notes: string[];
}

/**
 * Who could take a guard back that cuts somebody off, by these rights. Where the API is served elsewhere,
 * this machine can; where we reach it through a covered interface, only a node that serves it surely can.
 */
export async function undoPaths(
  session: Session,
  snapshot: Snapshot,
  covered: readonly HolderChoice[],
  rights: readonly Right[],
): Promise<UndoPaths> {
  const isCovered = new Set(covered.map(({ node }) => node));
  const asked = await Promise.all(
    apiNodes(snapshot)
      .filter(({ node }) => isCovered.has(node))
      .map(async ({ node, server }) => {
        const reach = await reachNode(session, snapshot, node);
        const why = await whyNotOnNode(reach, accessOf({ server }), rights, session.reach);
        return { node, server, why };
      }),
  );
  // One of several addresses is enough.
  const able = new Map(
    asked.flatMap(({ node, server, why }) => (why === null ? [[node, { node, server }]] : [])),
  );
  const unable = asked.filter(({ node }) => !able.has(node));
  const reasons = unable.map(({ node, why }) => `${node}: ${why}`);
  if (able.size > 0) {
    const notes = reasons.map((reason) => `could not take the guard back by itself: ${reason}`);
    return { nodes: [...able.values()], refusals: [], notes };
  }
  const why = reasons.join('; ') || 'no covered node serves the API';
  if (!isBehind(session, snapshot, covered)) {
    return {
      nodes: [],
      refusals: [],
      notes: [`only this machine could take the guard back: ${why}`],
    };
  }
  const message = `the API is served behind the guard, and nothing there could take it back if it cut us off: ${why}`;
  return { nodes: [], refusals: [{ force: 'no-undo', message }], notes: [] };
}

/** Whether the API is served at a covered interface: by an API server's own address, or by the one that we use. */
function isBehind(
  { connection }: Session,
  snapshot: Snapshot,
  covered: readonly HolderChoice[],
): boolean {
  const used = parseIp(connection.serverHost);
  const places = [...apiNodes(snapshot), ...(used ? holdersOf(snapshot, used.text) : [])];
  return places.some(({ node, interface: name }) =>
    covered.some((place) => place.node === node && place.interface === name),
  );
}
