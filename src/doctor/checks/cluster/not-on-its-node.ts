import { moveCommand } from '../../../explain/help-commands.ts';
import { isOnNoNode } from '../../../explain/observations/no-holder.ts';
import { nameList } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { holdersOf } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { assigned, assignedFound, recordLine } from '../../facts/assigned.ts';

/** Where no node of its segment has it that is another finding, and worse. */
export const notOnItsNode: ClusterCheck = {
  code: 'EXT115',
  title: 'an assigned address is not on the node that it was assigned to',
  severity: 'warning',
  reads: ['services', 'nodes'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) => {
    const { snapshot } = evidence;
    return assigned(snapshot).flatMap((one) => {
      const { service, entry } = one;
      const places = holdersOf(snapshot, entry.ip);
      const isRead = snapshot.nodes[entry.node]?.facts !== undefined;
      if (!isRead || one.isNodeGone || places.some(({ node }) => node === entry.node)) return [];
      if (isOnNoNode(evidence, entry.ip)) return [];
      const key = serviceKey(service);
      const others = places.map((place) => `${place.interface} of ${place.node}`);
      const { object, touches, ...puttingBack } = assignedFound(snapshot, one);
      const [elsewhere] = places;
      return {
        object,
        touches: [...(touches ?? []), ...places.map(({ node }) => `node/${node}`)],
        message: `${entry.ip} of ${key} is not on ${entry.node}, where extip put it${elsewhere ? `, but on ${nameList(others)}` : ''}`,
        evidence: [
          recordLine(one),
          `${entry.node} ip-addr.json: no interface has ${entry.ip}`,
          ...places.map(
            (place) => `${place.node} ip-addr.json: ${place.interface} has ${entry.ip}`,
          ),
        ],
        // Whoever moved it wants it there.
        ...(elsewhere
          ? { fix: { command: moveCommand(key, entry.ip, elsewhere.node) } }
          : puttingBack),
      };
    });
  },
};
