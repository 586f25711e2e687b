import { OF_IPVS } from '../../explain/beside-rules.ts';
import type { ExaminedNode } from '../../explain/findings.ts';
import { serviceObject } from '../../explain/phrases.ts';
import { oncePer } from '../../once-per.ts';
import type { Service } from '../../snapshot/kubernetes.ts';
import type { ClusterState, InterfaceAddress, NetworkInterface } from '../../snapshot/model.ts';
import { outsideIPs } from '../../snapshot/queries.ts';

/** An external address of Services that a node has. */
export interface HeldAddress extends InterfaceAddress {
  link: NetworkInterface;
  services: readonly Service[];
}

/** The external addresses of Services that the node's interfaces have; IPVS' own interface is not looked at. */
export function heldOn(
  { state }: Pick<ExaminedNode, 'state'>,
  cluster: ClusterState,
): HeldAddress[] {
  const served = servedAddresses(cluster);
  const links = (state.facts?.interfaces ?? []).filter(({ name }) => name !== OF_IPVS);
  return links.flatMap((link) =>
    link.addresses.flatMap((address) => {
      const services = served.get(address.ip);
      return services ? [{ ...address, link, services }] : [];
    }),
  );
}

/** What a finding about an address that the node has is about. */
export function objectsOf({ state }: ExaminedNode, { ip, services }: HeldAddress) {
  return { object: `ip/${ip}`, touches: [...services.map(serviceObject), `node/${state.name}`] };
}

/** The Services by the external addresses that they are served on. */
export const servedAddresses = oncePer((cluster: ClusterState): ReadonlyMap<string, Service[]> => {
  const found = new Map<string, Service[]>();
  for (const service of cluster.services) {
    for (const ip of new Set(outsideIPs(service))) {
      const known = found.get(ip);
      if (known) known.push(service);
      else found.set(ip, [service]);
    }
  }
  return found;
});
