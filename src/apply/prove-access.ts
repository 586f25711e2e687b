import { FailedError } from '../errors.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { whyNotGuarded } from '../nodes/check-guard.ts';
import type { Action } from '../plan/action.ts';
import { apiNodes } from '../plan/api-nodes.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import type { Check } from '../plan/execute.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { subnetHolding } from '../snapshot/queries.ts';
import { type Access, lostWays, type Way, workingWays } from '../watchdog/prove.ts';
import { reachNode, type Session } from './session.ts';

/** ssh, BGP and the kubelet: what is there on most nodes, and whoever is not is not missed afterwards. */
const NODE_PORTS = [22, 179, 10250];

const NODES_AT_ONCE = 8;

/** What can be reached of and from the covered nodes now. */
export async function openings(
  session: Session,
  snapshot: Snapshot,
  covered: readonly HolderChoice[],
): Promise<Way[]> {
  const names = [...new Set(covered.map(({ node }) => node))];
  const reach = new Map<string, Access['nodes'][number]>();
  for (const name of names) reach.set(name, await reachNode(session, snapshot, name));
  const from = (node: string, ip: string, port: number) => {
    const way = reach.get(node);
    return way ? [{ from: way, ip, port }] : [];
  };
  const servers = apiNodes(snapshot).map(({ server }) => new URL(server));
  const connects = covered.flatMap((place, index) => {
    // Each is tried from the one before it, so that as many are tried as there are.
    const peer = covered.at(index - 1);
    const address = ownAddress(snapshot, place);
    return [
      ...servers.flatMap(({ hostname, port }) =>
        from(place.node, hostname.replace(/^\[|\]$/g, ''), Number(port)),
      ),
      ...(address && peer && peer.node !== place.node
        ? NODE_PORTS.flatMap((port) => from(peer.node, address, port))
        : []),
    ];
  });
  return workingWays({ nodes: [...reach.values()], flags: session.cluster, connects });
}

/**
 * Makes sure that the guard is in the kernels, and that what could be reached before still can. Throws
 * FailedError `not-verified` or `cut-off`.
 */
export async function mustHaveAccess(
  session: Session,
  snapshot: Snapshot,
  { ip: text, covered, permitted: services }: Extract<Action, { type: 'prove-access' }>,
  before: readonly Way[],
): Promise<Check[]> {
  const ip = parseIp(text) as Ip;
  const permitted = services.flatMap(({ ports, sources }) =>
    ports.map((one) => ({ ...one, sources })),
  );
  await forEachBounded(covered, NODES_AT_ONCE, async (place) => {
    const reach = await reachNode(session, snapshot, place.node);
    const asked = { ip, interface: place.interface, permitted };
    const why = await whyNotGuarded(reach, asked, session.reach);
    if (why === null) return;
    throw new FailedError(`the guard is not at ${place.interface} of ${place.node}: ${why}`, {
      reason: 'not-verified',
      object: `node/${place.node}`,
    });
  });
  const lost = await lostWays(before);
  if (lost.length === 0) {
    const detail = `${before.length} ways in are still there, over new connections`;
    return [{ name: 'access', outcome: 'passed', detail }];
  }
  const list = lost.map(({ what, why }) => `${what} (${why})`).join('; ');
  throw new FailedError(`the guard has cut off: ${list}`, { reason: 'cut-off' });
}

/** An address of the interface by which its neighbours on the segment reach the node. */
function ownAddress(snapshot: Snapshot, { node, interface: name }: HolderChoice): string | null {
  const link = snapshot.nodes[node]?.facts?.interfaces.find((one) => one.name === name);
  const found = link?.addresses.find(({ ip }) => {
    const parsed = parseIp(ip);
    return parsed !== null && subnetHolding(link, parsed) !== null;
  });
  return found?.ip ?? null;
}
