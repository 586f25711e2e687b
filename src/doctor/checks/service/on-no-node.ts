import { nodesOnSegment } from '../../../explain/evidence.ts';
import { noHolder } from '../../../explain/observations/no-holder.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { isNode, mendOf } from '../../../list/problems.ts';
import type { Mend } from '../../../plan/mend.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { Snapshot } from '../../../snapshot/model.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';
import { fixBy } from '../../facts/fix-by.ts';
import { servicesOn } from '../../facts/service-facts.ts';

/** Nobody answers for the address on its segment. */
export const onNoNode: ClusterCheck = {
  code: 'EXT201',
  title: 'an external IP is on no node',
  severity: 'error',
  reads: ['services', 'nodes'],
  ofNodes: ['facts'],
  find: (evidence) =>
    noHolder(evidence)
      .filter(({ severity }) => severity === 'error')
      .map(({ object, message, fix }) => {
        const { snapshot } = evidence;
        const ip = object.replace(/^ip\//, '');
        const services = servicesOn(snapshot, ip);
        return {
          object,
          touches: services.map(serviceObject),
          message,
          evidence: [
            ...services.map(
              (service) => `${serviceKey(service)}: it is one of its external addresses`,
            ),
            ...nodesOnSegment(evidence, ip).map(
              (node) => `${node} ip-addr.json: no interface has it`,
            ),
          ],
          ...(fixBy(recordedMend(snapshot, ip)) ?? { fix }),
        };
      }),
};

/** Of an address that extip assigned: to put it back where it was. */
function recordedMend(snapshot: Snapshot, ip: string): Mend | null {
  for (const service of servicesOn(snapshot, ip)) {
    const entry = readAssignments(service).assignments.find((one) => one.ip === ip);
    const mend =
      entry && isNode(snapshot, entry.node) && mendOf(snapshot, service, entry, 'assign');
    if (mend) return mend;
  }
  return null;
}
