import { parseIp } from '../net/ip.ts';
import { hasReadyEndpoints } from '../snapshot/endpoints.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { interfacesOnSegment, servicePorts } from '../snapshot/queries.ts';
import type { VerifyTarget } from './action.ts';
import { answeringInterfaces } from './answering-interfaces.ts';

/** What a verification of the Service on this address looks at. */
export function verifyTarget(
  snapshot: Snapshot,
  service: Service,
  place: { node: string; ip: string; interface: string },
): VerifyTarget {
  const ip = parseIp(place.ip);
  const segment = ip ? interfacesOnSegment(snapshot, ip) : [];
  return {
    ...place,
    ports: servicePorts(service),
    macs: ip ? answeringInterfaces(snapshot, ip, place).flatMap(({ mac }) => mac ?? []) : [],
    neighbours: segment
      .filter(({ node }) => node !== place.node)
      .map(({ node, interface: name }) => ({ node, interface: name })),
    noEndpoints: !hasReadyEndpoints(snapshot, service),
  };
}
