import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { holdersOf, recordsOf } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { assigned, assignedFound, recordLine } from '../../facts/assigned.ts';

/** Without it nothing puts the address back after a boot, and `release` leaves it there. */
export const noRecordOnNode: ClusterCheck = {
  code: 'EXT113',
  title: 'a node has an assigned address, and no record of it',
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts', 'records'],
  standsInPart: true,
  find: ({ snapshot }) =>
    assigned(snapshot).flatMap((one) => {
      const { service, entry } = one;
      const facts = snapshot.nodes[entry.node]?.facts;
      const isThere = holdersOf(snapshot, entry.ip).some(({ node }) => node === entry.node);
      if (!facts || facts.recordsUnread !== undefined || !isThere) return [];
      const { uid } = service.metadata;
      const isKept = recordsOf(snapshot, entry.ip).some(
        ({ node, record }) => node === entry.node && record.services.some((it) => it.uid === uid),
      );
      // One that cannot be read is another finding.
      const isDamaged = facts.damagedRecords.some(({ file }) => file === `${entry.ip}.json`);
      if (isKept || isDamaged) return [];
      return {
        ...assignedFound(snapshot, one),
        message: `${entry.node} has ${entry.ip}, which extip assigned to ${serviceKey(service)}, and no record of it: nothing puts it back after a boot, and \`extip release\` does not know that it is ours`,
        evidence: [
          recordLine(one),
          `${entry.node} ip-addr.json: it has ${entry.ip}`,
          `${entry.node} extip-records.json: nothing about ${entry.ip} for this Service`,
        ],
      };
    }),
};
