import { isOurs } from '../../../calico/guard-mark.ts';
import { policyNames } from '../../../calico/guard-names.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { servicePorts } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';
import { guardObjects, recordedGuards } from '../../facts/guards.ts';

/** A guard closes all ports of its address but those of the Services that have it. */
export const guardSharedUnguarded: ClusterCheck = {
  code: 'EXT512',
  title: 'the guard of another Service closes the ports of one that shares its address',
  severity: 'error',
  reads: ['services', 'globalnetworkpolicies'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutCalico,
  find: ({ snapshot }, { calico }) =>
    recordedGuards(snapshot).flatMap((guard) => {
      const { ip, users, unguarded } = guard;
      const { deny } = policyNames(ip);
      const isThere = calico.globalPolicies.some(
        (policy) => policy.metadata.name === deny && isOurs(policy),
      );
      const open = new Set(users.flatMap(({ service }) => servicePorts(service).map(portText)));
      return unguarded.flatMap((service) => {
        const closed = servicePorts(service)
          .map(portText)
          .filter((port) => !open.has(port));
        if (!isThere || closed.length === 0) return [];
        const key = serviceKey(service);
        return {
          object: serviceObject(service),
          touches: [guardObjects(guard).object, ...guardObjects(guard).touches],
          message: `${closed.join(', ')} of ${key} on ${ip.text} is closed by the guard of ${users.map((one) => serviceKey(one.service)).join(', ')}, which ${key} has none of`,
          evidence: [
            `${key}: ${ip.text} is one of its external addresses, and its record has no guard`,
            `GlobalNetworkPolicy ${deny}: it denies all that is not allowed before it`,
          ],
          fix: { command: `extip assign ${key} ${ip.text} --guard` },
        };
      });
    }),
};

function portText({ port, protocol }: { port: number; protocol: string }): string {
  return `${port}/${protocol}`;
}
