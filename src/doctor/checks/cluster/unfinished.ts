import type { ListedAssignment } from '../../../list/assignments.ts';
import { isNode, mendOf } from '../../../list/problems.ts';
import type { Snapshot } from '../../../snapshot/model.ts';
import { findService } from '../../../snapshot/queries.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';
import { fixBy } from '../../facts/fix-by.ts';
import { listed, subjectOf } from '../../facts/listed.ts';
import { mayBeAtWork } from '../../facts/lock.ts';
import type { Found } from '../../finding.ts';

/** What it had begun is recorded; the same command again finishes it. */
export const unfinished: ClusterCheck = {
  code: 'EXT111',
  title: 'an assignment or a release was cut off',
  severity: 'error',
  reads: ['services', 'leases'],
  ofNodes: [],
  find: ({ snapshot }, cluster) =>
    mayBeAtWork(cluster)
      ? []
      : listed(snapshot, 'unfinished').map((item) => {
          const { namespace, service, ip, node, problems, by, assignedAt } = item;
          const [, ...others] = problems;
          return {
            ...subjectOf(item),
            message: `what ${by} began with ${ip} on ${node} was cut off: it is neither finished nor undone`,
            evidence: [
              `service ${namespace}/${service}: extip.dev/assignments has ${ip} as begun at ${assignedAt}, and not as done`,
              'lease kube-system/extip: no run that lives holds it',
              ...others,
            ],
            ...finishing(snapshot, item),
          };
        }),
};

/** What finishes it. */
function finishing(
  snapshot: Snapshot,
  { namespace, service: name, ip, node, fix }: ListedAssignment,
): Pick<Found, 'fix' | 'mend'> {
  if (fix === null) return { fix: { advice: `see why ${node} could not be read, first` } };
  const service = findService(snapshot, { namespace: namespace ?? '', name: name ?? '' });
  const entry = service && readAssignments(service).assignments.find((one) => one.ip === ip);
  if (!entry || !isNode(snapshot, entry.node)) return { fix: { command: fix } };
  const verb = entry.phase === 'releasing' ? 'release' : 'assign';
  return fixBy(mendOf(snapshot, service, entry, verb)) ?? { fix: { command: fix } };
}
