import { answeringNodes } from '../../../snapshot/queries.ts';
import { removeFileCommand } from '../../../snapshot/record-file.ts';
import type { ClusterCheck } from '../../check.ts';

/** The address that it is about is neither put back after a boot nor taken off at release. */
export const nodeRecordDamaged: ClusterCheck = {
  code: 'EXT118',
  title: 'a record on a node cannot be read',
  severity: 'warning',
  reads: [],
  ofNodes: ['records'],
  standsInPart: true,
  find: ({ snapshot }) =>
    answeringNodes(snapshot).flatMap(({ name, facts }) =>
      facts.damagedRecords.map(({ file, reason }) => ({
        object: `node/${name}`,
        message: `/var/lib/extip/${file} on ${name} cannot be read: what it is about is neither put back after a boot nor taken off at release`,
        evidence: [`${name} extip-records.json: ${file}: ${reason}`],
        fix: { command: removeFileCommand(name, file) },
      })),
    ),
};
