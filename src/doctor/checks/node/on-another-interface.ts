import { moveCommand } from '../../../explain/help-commands.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { holdersOf } from '../../../snapshot/queries.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';

/** Somebody moved it by hand, or the interfaces have other names since. */
export const onAnotherInterface: ClusterCheck = {
  code: 'EXT305',
  title: 'an external IP is on another interface than was recorded',
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: ({ snapshot }) =>
    snapshot.cluster.services.flatMap((service) =>
      readAssignments(service).assignments.flatMap((entry) => {
        const { ip, node } = entry;
        const places = holdersOf(snapshot, ip).filter((place) => place.node === node);
        const links = places.map((place) => place.interface);
        if (entry.phase !== 'assigned' || links.length === 0) return [];
        if (links.includes(entry.interface)) return [];
        return {
          object: `ip/${ip}`,
          touches: [serviceObject(service), `node/${node}`],
          message: `${ip} is on ${links.join(', ')} of ${node}, and was assigned to ${entry.interface}: nothing puts it there again after a reboot`,
          evidence: [
            `${node} ip-addr.json: ${links.join(', ')} has it`,
            `${serviceObject(service)}, annotation extip.dev/assignments: ${entry.interface} of ${node}`,
          ],
          fix: { command: moveCommand(serviceKey(service), ip, node) },
        };
      }),
    ),
};
