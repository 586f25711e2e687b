import { type ApiNode, apiNodes } from '../plan/api-nodes.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import type { Refusal } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { whyNotOnNode } from '../watchdog/arm-node.ts';
import type { NodeAccess } from '../watchdog/node-program.ts';
import { reachNode, type Session } from './session.ts';

/** kubeadm's, on every node of the control plane. */
const ADMIN_KUBECONFIG = '/etc/kubernetes/admin.conf';

/** The covered nodes that serve the API themselves, and so could undo a guard with nobody reaching them. */
export function undoNodes(
  snapshot: Snapshot,
  covered: readonly HolderChoice[],
): (ApiNode & { access: NodeAccess })[] {
  const nodes = new Set(covered.map(({ node }) => node));
  return apiNodes(snapshot)
    .filter(({ node }) => nodes.has(node))
    .map((one) => ({ ...one, access: { adminKubeconfig: ADMIN_KUBECONFIG, server: one.server } }));
}

/**
 * What speaks against a guard because nothing could take it back. Where the API is served elsewhere, this
 * machine can; where it is served at a covered interface, only the node itself surely reaches it.
 */
export async function refuseWithoutUndo(
  session: Session,
  snapshot: Snapshot,
  covered: readonly HolderChoice[],
): Promise<Refusal[]> {
  const behind = undoNodes(snapshot, covered).filter((one) =>
    covered.some((place) => place.node === one.node && place.interface === one.interface),
  );
  const obstacles = await Promise.all(
    behind.map(async ({ node, access }) => {
      const reach = await reachNode(session, snapshot, node);
      const why = await whyNotOnNode(reach, access, session.reach);
      return why === null ? null : `${node}: ${why}`;
    }),
  );
  const isPossible = behind.length === 0 || obstacles.includes(null);
  if (isPossible) return [];
  const reasons = obstacles.filter((one) => one !== null).join('; ');
  return [
    {
      force: 'no-undo',
      message: `the API is served behind the guard, and nothing there could take it back if it cut us off: ${reasons}`,
    },
  ];
}
