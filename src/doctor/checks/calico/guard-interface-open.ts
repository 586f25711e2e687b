import { GUARDED_LABEL } from '../../../calico/change.ts';
import { governingEndpoint } from '../../../calico/governing-endpoint.ts';
import type { CalicoObjects } from '../../../calico/read-objects.ts';
import type { Snapshot } from '../../../snapshot/model.ts';
import type { ClusterCheck } from '../../check.ts';
import { comparedGuards, guardObjects, setCommand, withoutGuards } from '../../facts/guards.ts';

/** kube-proxy serves an external IP on every node, so that a host may come in where no guard is. */
export const guardInterfaceOpen: ClusterCheck = {
  code: 'EXT508',
  title: 'a guard does not hold at an interface that it is for',
  severity: 'error',
  reads: ['services', 'globalnetworkpolicies', 'hostendpoints', 'felixconfigurations'],
  ofNodes: ['facts'],
  standsInPart: true,
  skips: withoutGuards,
  find: ({ snapshot }, cluster) =>
    comparedGuards(snapshot, cluster).flatMap((guard) =>
      guard.planned.covered
        .map((place) => ({ place, why: whyOpen(snapshot, cluster.calico, place) }))
        .flatMap(({ place: { node, interface: name }, why }) =>
          why === null
            ? []
            : {
                ...guardObjects(guard),
                touches: [...guardObjects(guard).touches, `node/${node}`],
                message: `the guard of ${guard.ip.text} does not hold at ${name} of ${node}: ${why}`,
                evidence: [
                  `${node} ip-addr.json: ${name} has the address, or its subnet`,
                  `hostendpoints: ${why}`,
                ],
                fix: { command: setCommand(guard.ip) },
              },
        ),
    ),
};

/** Our policies hold where an endpoint has our label; null: they do, or it is not known. */
function whyOpen(
  snapshot: Snapshot,
  calico: CalicoObjects,
  place: { node: string; interface: string },
): string | null {
  const links = snapshot.nodes[place.node]?.facts?.interfaces;
  const link = links?.find(({ name }) => name === place.interface);
  if (!link) return null;
  const addresses = link.addresses.map(({ ip }) => ip);
  const governing = governingEndpoint(calico, { ...place, addresses });
  if ('unknown' in governing) return null;
  const { endpoint } = governing;
  if (!endpoint) return 'no host endpoint governs it';
  const { name, labels } = endpoint.metadata;
  const isLabelled = labels?.[GUARDED_LABEL] === 'true';
  return isLabelled ? null : `HostEndpoint ${name} governs it, without the label ${GUARDED_LABEL}`;
}
